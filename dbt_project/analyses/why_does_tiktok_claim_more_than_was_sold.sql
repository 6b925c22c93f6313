-- The back office says 120, TikTok says 200: the gap of the newest week, line by line. Units and value of each side add
-- up to its total; `matched` is what both sides have in common.
select
    side,
    line_number,
    reason,
    evidence,
    sum(units) as units,
    sum(value) as total_value,
    any_value(explanation) as why
from attr_reconciliation_daily
where
    scope = 'web ads'
    and side in ('claim', 'order', 'net')
    and report_date > (select max(report_date) - 7 from attr_reconciliation_daily)
group by all
order by side, line_number

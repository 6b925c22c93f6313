-- The back office says 120, TikTok says 200: the gap of the newest week, line by line. Units and value of each side add
-- up to its total; `matched` is what both sides have in common.
with ledger_lines as (

    select * from attr_reconciliation_daily
    where scope = 'web ads' and side in ('claim', 'order', 'net')

),

newest as (

    select max(report_date) as last_date from ledger_lines

)

select
    ledger_lines.side,
    ledger_lines.line_number,
    ledger_lines.reason,
    ledger_lines.evidence,
    sum(ledger_lines.units) as units,
    sum(ledger_lines.value) as total_value,
    any_value(ledger_lines.explanation) as why
from ledger_lines
inner join newest on ledger_lines.report_date > newest.last_date - 7
group by all
order by ledger_lines.side, ledger_lines.line_number

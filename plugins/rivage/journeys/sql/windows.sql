-- What each order's window holds, both ways of counting under one shape: a row is one touch, or
-- all touches of one kind.
create temp view windows as
select
    order_number, kind, 1 as touches, age_us as oldest_age_us, age_us as newest_age_us, 1.0 as faded
from touch_pairs
union all
select order_number, kind, touches, oldest_age_us, newest_age_us, faded from crowded_windows

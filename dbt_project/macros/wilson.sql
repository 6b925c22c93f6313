{#-
  Wilson's score interval of a share, 95 %: between which shares does the true one lie, when `successes` of
  `trials` were seen? Unlike the normal interval it stays inside 0..1, and is honest for few trials (0 of 3
  gives 0 to 0.56). Source: E. B. Wilson, "Probable inference, the law of succession, and statistical
  inference", JASA 22 (1927).
  Null without trials, and where there are more successes than trials: then they are no share.
-#}
{% macro wilson_low(successes, trials) -%}
    {{ wilson_bound(successes, trials, '-') }}
{%- endmacro %}


{% macro wilson_high(successes, trials) -%}
    {{ wilson_bound(successes, trials, '+') }}
{%- endmacro %}


{#- (s + z²/2 ± z sqrt(s (n - s) / n + z²/4)) / (n + z²), z = 1.959964: 97.5 % of the normal distribution. -#}
{% macro wilson_bound(successes, trials, sign) -%}
    {%- set s = 'cast(' ~ successes ~ ' as double)' -%}
    {%- set n = 'cast(' ~ trials ~ ' as double)' -%}
    {%- set z = 1.959963984540054 -%}
    case
        -- Rounding may leave 0..1 by the last digit: least and greatest take that off.
        when {{ n }} > 0 and {{ s }} between 0 and {{ n }}
            then least(1::double, greatest(0::double, (
                {{ s }} + {{ z * z / 2 }}
                {{ sign }} {{ z }} * sqrt({{ s }} * ({{ n }} - {{ s }}) / {{ n }} + {{ z * z / 4 }})
            ) / ({{ n }} + {{ z * z }})))
    end
{%- endmacro %}

"""Who enters what residents say by telephone or on paper: never the offices that are rated."""

from surveys.core.rules import is_office, is_operator

may_enter = is_operator | is_office
may_print = is_operator | is_office
may_hand_in = is_office

"""A chart's title is true of its data, and would be another one if the data were different."""

from dataclasses import replace

import pytest
from django.utils import translation
from scipy import stats

from evaluation.reports.charts import (
    contributions,
    funnel,
    groups,
    importance,
    levels,
    limits,
    rank_change,
    ranking,
    shape,
    sources,
    style,
    trend,
    weights,
    words,
    wrapping,
)
from tests.evaluation.reports.charts import samples


def title(module, data) -> str:
    with translation.override("en"):
        return module.draw(data, "en").title


def test_ranking_title_names_who_shares_first_place() -> None:
    data = samples.ranking_sample("en")
    assert title(ranking, data) == "Finance and Taxi & limousine share first place and Police is last"
    alone = replace(
        data, places=(replace(data.places[0], upper=1), replace(data.places[1], lower=2), *data.places[2:])
    )
    assert title(ranking, alone) == "Finance is first and Police is last"


def test_ranking_title_admits_when_nothing_is_certain() -> None:
    data = samples.ranking_sample("en")
    vague = replace(data, places=tuple(replace(p, lower=1, upper=12, tier="middle") for p in data.places))
    assert title(ranking, vague) == "Any of the 12 may be first: the order is uncertain"
    assert title(ranking, replace(data, places=())) == "Nobody can be ranked yet"
    only = replace(data, places=(replace(data.places[0], upper=1),))
    assert title(ranking, only) == "Only Finance can be ranked"


def test_ranking_subtitle_names_the_longest_uncertain_stretch() -> None:
    with translation.override("en"):
        saying = ranking.say(samples.ranking_sample("en"), "en")
    assert "From place 7th to 11th the order is uncertain." in saying.subtitle


def test_sources_title_follows_the_rank_correlation() -> None:
    data = samples.sources_sample("en")
    assert title(sources, data) == "Residents and Own targets hardly go together"
    same = tuple(
        replace(row, cells=(row.cells[0], replace(row.cells[0], label="x"), row.cells[2]))
        for row in data.rows
    )
    assert title(sources, replace(data, rows=same)) == "Residents and Own targets largely agree"


@pytest.mark.parametrize("seed", range(5))
def test_spearman_equals_scipy(seed: int) -> None:
    dice = samples.random.Random(seed)
    pairs = [(dice.randint(0, 6) / 7, dice.random()) for _ in range(12)]
    expected = stats.spearmanr([a for a, _ in pairs], [b for _, b in pairs]).statistic
    assert sources.spearman(pairs) == pytest.approx(expected, abs=1e-12)


def test_levels_title_names_the_worst_and_the_best() -> None:
    assert title(levels, samples.levels_sample("en")) == "Parks: 35% of ratings are bad; Finance: 3%"


def test_levels_split_a_neutral_level_about_the_line() -> None:
    data = replace(samples.levels_sample("en"), is_neutral=True)
    row = levels.LevelRow("x", (10, 10, 20, 30, 30))
    assert levels.good_share(data, row) == pytest.approx(0.6)
    assert levels.bad_share(data, row) == pytest.approx(0.2)


def test_shape_title_speaks_of_extremes_only_where_they_are() -> None:
    assert title(shape, samples.shape_sample("en")).startswith("81% of answers are extreme")
    assert title(shape, samples.shape_sample("en", 3)) == (
        "60% of answers say “Basically satisfied”; the average is 3.2"
    )


def test_trend_title_claims_no_rise_across_a_break() -> None:
    data = samples.trend_sample("en")
    assert title(trend, data) == "Up 6 points since the break; the jump before it is the measuring"
    flat = replace(
        data, segments=(data.segments[0], replace(data.segments[1], points=data.segments[1].points[:2]))
    )
    assert title(trend, flat).startswith("No sure change since the break")


def test_trend_line_leaves_a_gap_where_a_period_is_missing() -> None:
    data = samples.trend_sample("en", 3)
    whole = data.segments[0].points
    holed = replace(data, segments=(replace(data.segments[0], points=whole[:2] + whole[3:]),))

    def lines(chart: trend.TrendData) -> list[int]:
        drawn = trend.draw(chart, "en")
        return [len(m.points) for m in drawn.marks if getattr(m, "round", False) and m.width == 2.2]

    assert lines(data) == [6]
    assert lines(holed) == [2, 3]


def test_funnel_never_flags_seventeen_of_seventeen() -> None:
    points = (funnel.FunnelPoint("full", 17, 17), funnel.FunnelPoint("rest", 8500, 10_000))
    data = funnel.FunnelData(points, 0.0, "m", "n", "all", "s")
    verdicts = {v.point.name: v for v in funnel.judge(data)}
    assert not verdicts["full"].strong


@pytest.mark.parametrize(
    ("good", "n", "rho"), [(17, 17, 0.0), (3, 40, 0.0), (700, 800, 0.002), (30, 60, 0.05)]
)
def test_tails_equal_scipy(good: int, n: int, rho: float) -> None:
    p = 0.85
    if rho:
        spread = 1 / rho - 1
        theirs = stats.betabinom(n, p * spread, (1 - p) * spread)
    else:
        theirs = stats.binom(n, p)
    at_most, at_least = limits.tails(good, n, p, rho)
    assert at_most == pytest.approx(theirs.cdf(good), abs=1e-9)
    assert at_least == pytest.approx(theirs.sf(good - 1), abs=1e-9)


def test_limits_narrow_with_n_and_hold_the_centre() -> None:
    widths = []
    for n in (10, 100, 1000, 20_000):
        low, high = limits.bounds(n, 0.85, 0.0, 0.95)
        assert 0 <= low < 0.85 < high <= 1
        widths.append(high - low)
    assert widths == sorted(widths, reverse=True)


def test_overdispersion_is_nothing_for_plain_chance() -> None:
    dice = samples.random.Random(1)
    sizes = [200] * 60
    assert limits.overdispersion([sum(dice.random() < 0.8 for _ in range(n)) for n in sizes], sizes) < 0.004
    assert limits.overdispersion([120] * 30 + [190] * 30, sizes) > 0.05


def test_importance_colours_only_what_both_intervals_allow() -> None:
    data = samples.importance_sample("en")
    assert [item.name for item in importance.urgent(data)] == [
        "Waiting time", "Clear instructions", "Number of visits",
    ]  # fmt: skip
    vague = replace(data, satisfaction_line=0.52)
    assert title(importance, vague) == "Nothing surely matters much and pleases little"


def test_weights_title_names_the_largest_move_from_the_official_column() -> None:
    assert "climbs from 8th to 4th place under “Residents first”" in title(
        weights, samples.weights_sample("en")
    )
    still = samples.weights_sample("en")
    still = replace(
        still, lines=tuple(replace(line, ranks=(i + 1,) * 4) for i, line in enumerate(still.lines))
    )
    assert title(weights, still) == "No place moves by more than one under these weights"


def test_rank_change_parts_sum_to_the_change() -> None:
    data = samples.rank_change_sample("en")
    assert sum(cause.gain for cause in data.causes) == pytest.approx(data.rank_before - data.rank_after)
    assert (
        title(rank_change, data) == "Housing rose from 18th to 11th: +5.6 by its own work, +1.4 by the rest"
    )


def test_contributions_title_speaks_of_a_surprise_only_where_there_is_one() -> None:
    assert title(contributions, samples.contributions_sample("en")).endswith(
        "comes 2nd with little help from “Residents”"
    )
    plain = samples.contributions_sample("en", 3)
    assert title(contributions, plain).startswith("Taxi & limousine leads with 78.7 points")


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [(0.5, 0, "1"), (-0.04, 1, "0.0"), (-1.25, 1, "−1.3"), (1234567.8, 0, "1,234,568")],
)
def test_fixed_rounds_half_up_with_a_true_minus(value: float, decimals: int, text: str) -> None:
    assert words.fixed(value, decimals) == text


def test_place_knows_the_english_endings() -> None:
    ranks = (1, 2, 3, 4, 11, 12, 13, 21, 22, 101, 111, 2.5)
    assert [words.place(rank, "en") for rank in ranks] == [
        "1st", "2nd", "3rd", "4th", "11th", "12th", "13th", "21st", "22nd", "101st", "111th", "2.5",
    ]  # fmt: skip


def test_lines_break_where_chinese_allows_and_balance() -> None:
    lines = wrapping.wrap("财政局与出租车管理局并列第一，警察局居末；第7至11名难分先后", 18, "zh-hans", 362)
    assert lines == ("财政局与出租车管理局并列第一，", "警察局居末；第7至11名难分先后")
    for line in wrapping.wrap(
        "“未表示不满意”的评价占比（95%把握）。圆点：表中名次，横条：可能名次。", 12, "zh-hans", 90
    ):
        assert line[0] not in "，。；：、）”"
        assert line[-1] not in "（“"


def test_long_names_keep_their_end() -> None:
    first, last = wrapping.wrap(samples.LONG["zh-hans"] + " 12", 12, "zh-hans", 110, most=2)
    assert last.startswith("…")
    assert last.endswith("12")
    assert first


@pytest.mark.parametrize("language", samples.LANGUAGES)
@pytest.mark.parametrize("chart", samples.SAMPLES)
def test_titles_cut_no_name(chart: str, language: str) -> None:
    """However long the names are, the heading wraps or is set smaller; drawn and spoken words are the same."""
    for wide in (False, True):
        drawn = samples.picture(chart, language, None, wide=wide, long=True)
        assert "…" not in drawn.title
        heading = "".join(mark.text for mark in drawn.texts if mark.bold).replace(" ", "")
        assert heading.startswith(drawn.title.replace(" ", ""))


def test_a_title_of_long_names_is_set_smaller_not_longer() -> None:
    data = samples.ranking_sample("zh-hans", long=True)
    told = replace(data.places[0], name=samples.LONG["zh-hans"] * 2, upper=1)
    with translation.override("zh-hans"):
        drawn = ranking.draw(replace(data, places=(told, *data.places[1:])), "zh-hans")
    size = drawn.texts[0].size
    assert style.TITLE_LEAST <= size < style.TITLE
    assert samples.LONG["zh-hans"] * 2 in "".join(mark.text for mark in drawn.texts if mark.size == size)


def test_groups_title_compares_gaps_within_and_between() -> None:
    inside = groups.Group("North", (groups.Member("a", 40.0), groups.Member("b", 90.0)))
    other = groups.Group("South", (groups.Member("c", 60.0), groups.Member("d", 62.0)))
    data = groups.GroupsData((inside, other), "m", "s")
    assert title(groups, data) == "Units of North lie 50.0 points apart, the groups only 4.0"
    close = groups.Group("North", (groups.Member("a", 89.0), groups.Member("b", 90.0)))
    assert title(groups, groups.GroupsData((other, close), "m", "s")) == (
        "North leads South by 28.5 points on average"
    )

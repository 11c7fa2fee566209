"""The command line: the form of its outputs, and refusals in one sentence."""

import json
import subprocess
import sys

import pytest

from tests.paths import EXAMPLES, ROOT
from tests.scoring.build import run, score_example, write_csv, write_scheme

KEYS = (
    *("scheme", "data", "scheme_digest", "input_digest", "units", "scores", "normalised", "weights", "ranks"),
    *("grades", "status", "contributions", "trail"),
)


def test_the_output_of_score_has_its_keys_and_goes_to_a_file(capsys, tmp_path):
    scheme, data = EXAMPLES / "nyc_three_sources.json", EXAMPLES / "nyc_three_sources.csv"
    target = tmp_path / "out.json"
    assert run(capsys, "score", scheme, data, "-o", target) == (0, None, "")
    found = json.loads(target.read_text(encoding="utf-8"))
    assert set(KEYS) <= set(found)
    assert found["scheme"] == json.loads(scheme.read_text(encoding="utf-8"))
    n = len(found["units"])
    for values in (*found["scores"].values(), *found["normalised"].values(), found["ranks"], found["grades"]):
        assert len(values) == n


def test_rows_in_another_order_give_the_same_bytes(capsys, tmp_path):
    lines = (EXAMPLES / "nyc_three_sources.csv").read_text(encoding="utf-8").splitlines()
    mixed = tmp_path / "mixed.csv"
    mixed.write_text("\n".join([lines[0], *reversed(lines[1:])]) + "\n", encoding="utf-8")
    outputs = [
        score_example(capsys, "nyc_three_sources", path)
        for path in (EXAMPLES / "nyc_three_sources.csv", mixed)
    ]
    assert json.dumps(outputs[0]) == json.dumps(outputs[1])


def test_explain_shows_one_unit(capsys):
    data = EXAMPLES / "nyc_three_sources.csv"
    found = score_example(capsys, "nyc_three_sources", data, "--explain", "DSNY")["explain"]
    assert (found["unit"], found["rank"]) == ("DSNY", 8)
    assert sum(found["contributions"].values()) == pytest.approx(found["score"], abs=1e-9)
    node = found["nodes"]["composite"]
    assert node["children"]["residents"]["weight"] == 0.4
    assert sum(child["contribution"] for child in node["children"].values()) == pytest.approx(found["score"])
    assert score_example(capsys, "nyc_three_sources", data, "--explain", "NYPD")["explain"]["nodes"] == {}
    code, out, err = run(capsys, "score", EXAMPLES / "nyc_three_sources.json", data, "--explain", "XX")
    assert (code, out) == (2, None)
    assert "unit XX is not in the data" in err


def test_draws_add_the_uncertainty_of_the_ranking(capsys):
    scheme, data = EXAMPLES / "nyc_three_sources.json", EXAMPLES / "nyc_three_sources.csv"
    words = ("score", scheme, data, "--draws", "400", "--seed", "7")
    _, found, _ = run(capsys, *words)
    told = found["uncertainty"]
    assert {"se", "rank_lower", "rank_upper", "rank_frequencies", "mc_se", "draws", "seed"} <= set(told)
    assert (told["draws"], told["seed"]) == (400, 7)
    nypd, dob = found["units"].index("NYPD"), found["units"].index("DOB")
    assert told["rank_frequencies"][nypd] is None
    assert told["rank_lower"][nypd] is None
    assert sum(told["rank_frequencies"][dob]) == pytest.approx(1)
    assert len(told["rank_frequencies"][dob]) == 10
    assert told["rank_upper"][dob] == 10
    assert told == run(capsys, *words)[1]["uncertainty"]
    assert "uncertainty" not in run(capsys, *words[:3])[1]


def test_draws_need_a_unit_that_is_ranked(capsys, tmp_path):
    data = write_csv(tmp_path / "d.csv", [["unit", "a", "b"], ["x", 1, ""], ["y", "", 2]])
    scheme = write_scheme(tmp_path / "s.json")
    assert run(capsys, "score", scheme, data)[1]["ranks"] == [None, None]
    assert "no unit is ranked" in refused(capsys, "score", scheme, data, "--draws", "10")


def outputs(capsys, tmp_path):
    data = EXAMPLES / "nyc_three_sources.csv"
    moved = tmp_path / "moved.csv"
    text = data.read_text(encoding="utf-8").replace("DSNY,3101", "DSNY,2101")
    moved.write_text(
        "".join(line for line in text.splitlines(keepends=True) if "TLC" not in line), encoding="utf-8"
    )
    paths = tmp_path / "old.json", tmp_path / "new.json"
    for example, source, path in zip(
        ("nyc_three_sources", "nyc_60_20_20"), (data, moved), paths, strict=True
    ):
        assert run(capsys, "score", EXAMPLES / f"{example}.json", source, "-o", path)[0] == 0
    return paths


def test_compare_splits_every_change_of_score_and_place(capsys, tmp_path):
    old, new = outputs(capsys, tmp_path)
    code, found, _ = run(capsys, "compare", old, new)
    assert (code, found["entered"], found["left"]) == (0, [], ["TLC"])
    for one in found["units"].values():
        for what, exact in (("score", 1e-9), ("rank", 1e-9)):
            change = one[what]["new"] - one[what]["old"]
            assert sum(one[what]["parts"].values()) == pytest.approx(change, abs=exact)
    sanitation = found["units"]["DSNY"]
    assert sanitation["rank"]["old"] == 8
    assert sanitation["score"]["parts"]["own_data"] > 0
    assert sanitation["rank"]["parts"]["units"] < 0


def test_compare_refuses_what_is_no_output_of_score_example(capsys, tmp_path):
    old, new = outputs(capsys, tmp_path)
    edited = json.loads(old.read_text(encoding="utf-8"))
    edited["data"]["rows"][0][1] = 1
    forged = tmp_path / "forged.json"
    forged.write_text(json.dumps(edited), encoding="utf-8")
    assert "forged.json: output: input_digest does not belong" in refused(capsys, "compare", forged, new)
    assert "output: data is missing" in refused(
        capsys, "compare", old, write_json(tmp_path, {"scheme": edited["scheme"]})
    )
    assert "should be an object" in refused(capsys, "compare", old, write_json(tmp_path, []))


def write_json(tmp_path, found):
    path = tmp_path / "some.json"
    path.write_text(json.dumps(found), encoding="utf-8")
    return path


def test_tally_of_the_british_example(capsys, tmp_path):
    path = write_csv(
        tmp_path / "counts.csv",
        [["unit", "very bad", "bad", "fair", "good", "very good", "dk"], ["UK", 23, 46, 153, 419, 528, 7]],
    )
    _, found, _ = run(capsys, "tally", path)
    one = found["UK"]
    assert set(one) == {"n", "dk", "mean", "linear100", "top_box", "top2", "net", "wilson", "se"}
    assert (one["n"], one["dk"]) == (1169, 7)
    assert one["mean"] == pytest.approx(4.183, abs=5e-4)
    assert one["linear100"] == pytest.approx(79.58, abs=5e-3)
    assert one["top2"] == pytest.approx(0.8101, abs=5e-5)
    assert one["wilson"]["lower"] < one["top2"] < one["wilson"]["upper"]


def test_multinomial_rank_sets_from_counts(capsys, tmp_path):
    path = write_csv(tmp_path / "c.csv", [["party", "votes"], ["b", 500], ["a", 100], ["c", 90]])
    _, found, _ = run(capsys, "ranks-multinomial", path, "--unit", "party", "--count", "votes")
    assert found["units"] == ["a", "b", "c"]
    assert found["rank"] == [2, 1, 3]
    assert (found["lower"], found["upper"]) == ([2, 1, 2], [3, 1, 3])


def test_ranks_take_a_covariance_file(capsys, tmp_path):
    data = write_csv(tmp_path / "d.csv", [["u", "x"], ["b", 1], ["a", 5], ["c", 9]])
    cov = write_csv(tmp_path / "cov.csv", [["b", "a", "c"], [0.01, 0, 0], [0, 0.01, 0], [0, 0, 0.01]])
    _, found, _ = run(capsys, "ranks", data, "--unit", "u", "--value", "x", "--cov", cov)
    assert (found["units"], found["lower"], found["upper"]) == (["a", "b", "c"], [2, 3, 1], [2, 3, 1])


# Refusals: exit 2, one sentence, nothing on stdout.
def refused(capsys, *words):
    code, out, err = run(capsys, *words)
    assert (code, out) == (2, None)
    assert err.endswith("\n")
    assert err.count("\n") == 1
    return err.strip()


BAD_DATA = [
    ([["unit", "a", "b"], ["x", 1, 2], ["y", "", ""]], {}, "data.csv, row 3: unit y has no value"),
    ([["unit", "a", "b"], ["x", 1, 2]], {}, "data.csv: there is one unit only (x)"),
    (
        [["unit", "a", "b"], ["x", 1, 2], ["x", 1, 2]],
        {},
        "data.csv, row 3, column unit: unit x is there twice",
    ),
    ([["unit", "a"], ["x", 1], ["y", 2]], {}, "data.csv, column b: the column is missing"),
    (
        [["unit", "a", "b"], ["x", 1, "inf"], ["y", 1, 2]],
        {},
        "data.csv, row 2, column b: 'inf' is not a number",
    ),
    (
        [["unit", "a", "b"], ["x", 1, 2], ["y", 0, 2]],
        {"aggregate": "gmean"},
        "data.csv, row 3, column a: node total: gmean needs values above zero, but a of unit y is 0",
    ),
    (
        [["unit", "a", "b"], ["x", 1, 2], ["y", 1, 3]],
        {"normalise": {"method": "minmax"}},
        "data.csv, column a: all values are equal (1)",
    ),
    (
        [["unit", "a", "b"], ["x", 1, 2], ["y", 1, 3]],
        {"weights": {"total": {"method": "critic"}}},
        "weights, total, critic, child a",
    ),
]


@pytest.mark.parametrize(("rows", "changes", "sentence"), BAD_DATA, ids=[s for _, _, s in BAD_DATA])
def test_bad_data_are_refused_naming_file_row_and_column(capsys, tmp_path, rows, changes, sentence):
    scheme = write_scheme(tmp_path / "scheme.json", **changes)
    target = tmp_path / "out.json"
    err = refused(capsys, "score", scheme, write_csv(tmp_path / "data.csv", rows), "-o", target)
    assert sentence in err
    assert not target.exists()


def test_quotas_that_cannot_be_met_by_these_units_are_refused(capsys, tmp_path):
    shares = [{"code": "A", "share": 0.5}, {"code": "B", "share": 0.5}, {"code": "C", "share": 0}]
    scheme = write_scheme(tmp_path / "s.json", grades={"by": "quota", "round": "up", "shares": shares})
    data = write_csv(tmp_path / "d.csv", [["unit", "a", "b"], ["x", 1, 2], ["y", 2, 3], ["z", 3, 4]])
    assert "the quotas ask for 4 of 3 units" in refused(capsys, "score", scheme, data)


def test_a_bad_scheme_is_refused_naming_its_file(capsys, tmp_path):
    scheme = write_scheme(tmp_path / "scheme.json", surprise=1)
    assert "scheme.json: scheme: has the unknown key 'surprise'" in refused(
        capsys, "score", scheme, "none.csv"
    )


def test_contradicting_judgements_are_refused_unless_allowed(capsys, tmp_path):
    path = write_csv(tmp_path / "m.csv", [["a", "b", "c"], [1, 9, 1], ["", 1, 9], ["", "", 1]])
    assert "consistency ratio" in refused(capsys, "weights", "ahp", path)
    code, found, _ = run(capsys, "weights", "ahp", path, "--allow-inconsistent")
    assert code == 0
    assert found["consistency_ratio"] > 0.1


def test_faults_in_the_words_of_the_command_are_one_sentence(capsys, tmp_path):
    data = write_csv(tmp_path / "d.csv", [["u", "x", "s"], ["b", 1, 1], ["a", 5, -1]])
    words = ("ranks", data, "--unit", "u", "--value", "x")
    assert "invalid choice" in refused(capsys, "rank")
    assert "required" in refused(capsys, "ranks", data)
    assert "either --se or --cov" in refused(capsys, *words)
    assert "row 3, column s: a standard error" in refused(capsys, *words, "--se", "s")
    assert "between 0 and 1" in refused(capsys, *words, "--se", "x", "--coverage", "95")
    assert "should be 1 or more" in refused(capsys, *words, "--se", "x", "--draws", "0")
    assert "should be 0 or more" in refused(capsys, *words, "--se", "x", "--seed", "-1")
    assert "2 × 2" in refused(capsys, *words, "--cov", data)
    one = write_csv(tmp_path / "one.csv", [["u", "x", "s"], ["b", 1, 1]])
    assert "one unit only" in refused(capsys, "ranks", one, "--unit", "u", "--value", "x", "--se", "s")


def test_faults_in_counts_and_columns_name_their_cell(capsys, tmp_path):
    path = write_csv(tmp_path / "c.csv", [["unit", "1", "2"], ["x", 3, 4], ["y", -1, 2]])
    assert "row 3, column 1: a count should be zero or more" in refused(capsys, "tally", path)
    assert "a whole number" in refused(capsys, "ranks-multinomial", path, "--unit", "unit", "--count", "1")
    one = write_csv(tmp_path / "one.csv", [["unit", "1"], ["x", 3], ["y", 1]])
    assert "two levels" in refused(capsys, "tally", one)
    flat = write_csv(tmp_path / "flat.csv", [["p", "q"], [1, 5], [2, 5]])
    assert "flat.csv, column q" in refused(capsys, "weights", "critic", flat)
    assert "column z: the column named by --cost" in refused(capsys, "weights", "std", flat, "--cost", "z")
    wrong = write_csv(tmp_path / "w.csv", [["p", "q"], [1, 5], [-2, 1]])
    assert "w.csv, row 3, column p" in refused(capsys, "weights", "ahp", wrong)


def test_costs_turn_a_criterion_round(capsys, tmp_path):
    rows = [["p", "q", "r"], [1, 5, 2], [2, 3, 9], [4, 1, 5], [8, 0, 3]]
    path = write_csv(tmp_path / "x.csv", rows)
    plain = run(capsys, "weights", "critic", path)[1]["weights"]
    turned = run(capsys, "weights", "critic", path, "--cost", "q,r")[1]["weights"]
    assert plain != turned
    assert turned == run(capsys, "weights", "critic", path, "--cost", "q", "--cost", "r")[1]["weights"]
    named = write_csv(tmp_path / "y.csv", [["id", *rows[0]], *(["u", *row] for row in rows[1:])])
    assert run(capsys, "weights", "critic", named, "--unit", "id")[1]["weights"] == plain


def test_the_module_runs_by_itself_without_django(tmp_path):
    words = [
        sys.executable,
        "-m",
        "scoring",
        "score",
        EXAMPLES / "nyc_three_sources.json",
        tmp_path / "none.csv",
    ]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"{tmp_path / 'none.csv'}: the file cannot be read (No such file or directory)\n"


NUMPY = ("numpy", "cython_runtime")  # numpy.random brings the second


def test_importing_every_module_loads_numpy_only():
    program = (
        "import sys, pkgutil, scoring, importlib\n"
        "[importlib.import_module(m.name) for m in pkgutil.iter_modules(scoring.__path__, 'scoring.')]\n"
        "top = {name.partition('.')[0] for name in sys.modules}\n"
        "print(sorted(n for n in top if n not in sys.stdlib_module_names and not n.startswith('_')))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert set(json.loads(done.stdout.replace("'", '"'))) <= {*NUMPY, "scoring", "sitecustomize"}

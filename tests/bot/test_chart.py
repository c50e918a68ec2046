"""The chart: the same picture each time, legible in either language, never too large."""

from dataclasses import replace
from importlib.resources import files
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from bot import chart
from bot.chart import BAR, DOWN, UP, WIDTH, Chart, Row, fonts
from bot.outgoing import PICTURE

NOTO = Path(str(files("pylopdf_fonts_zh_cn")))
ENGLISH = Chart(
    "Themes of the week",
    "23 Feb – 1 Mar 2026 · 63 papers",
    ("Mon\n23", "Tue\n24", "Wed\n25"),
    (
        Row("video & audio", (7, 5, 9), 7),
        Row("agents", (5, 0, 2), -3),
        Row("other", (10, 8, 7)),
    ),
    "Bars: papers a day.",
)
CHINESE = replace(
    ENGLISH,
    title="一周主题",
    subtitle="2026 年 2 月 23 日至 3 月 1 日 · 63 篇",
    columns=("周一\n23", "周二\n24", "周三\n25"),
    rows=(Row("视频与音频", (7, 5, 9), 7), Row("智能体", (5, 0, 2), -3), Row("其他", (10, 8, 7))),
    note="柱：每天的篇数。",
)


def drawn(what: Chart, where: tuple[Path, ...] = ()) -> Image.Image:
    made = chart.png(what, where)
    assert made is not None
    return Image.open(BytesIO(made)).convert("RGB")


def colour(name: str) -> tuple[int, ...]:
    return tuple(int(name[at : at + 2], 16) for at in (1, 3, 5))


def area(image: Image.Image, name: str) -> int:
    return sum(n for n, found in image.getcolors(1 << 20) or () if found == colour(name))


@pytest.mark.parametrize(("what", "where"), [(ENGLISH, ()), (CHINESE, (NOTO,))], ids=["English", "Chinese"])
def test_the_same_chart_is_the_same_bytes(what: Chart, where: tuple[Path, ...]) -> None:
    assert chart.png(what, where) == chart.png(what, where)


def test_chinese_is_written_where_a_font_has_it_and_only_there(tmp_path: Path) -> None:
    assert chart.png(CHINESE, (NOTO,)) is not None
    assert chart.png(CHINESE, (tmp_path,)) is None


def test_a_file_that_is_no_font_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / "NotoSansCJK-Regular.ttc").write_bytes(b"no font")
    (tmp_path / "NotoSansSC-Bold.otf").write_bytes(b"")
    assert chart.png(CHINESE, (tmp_path,)) is None
    assert chart.png(CHINESE, (tmp_path, NOTO)) is not None


def test_english_needs_no_font_of_the_system(tmp_path: Path) -> None:
    assert chart.png(ENGLISH, (tmp_path,)) == chart.png(ENGLISH, (NOTO,))


def test_a_folder_that_is_not_there_has_no_fonts(tmp_path: Path) -> None:
    assert fonts.candidates((tmp_path / "none",)) == ()


def test_the_best_looking_font_is_the_first_and_plain_before_bold(tmp_path: Path) -> None:
    for name in ("wqy-zenhei.ttc", "NotoSansCJK-Bold.ttc", "NotoSansCJK-Regular.ttc", "DejaVuSans.ttf", "msyh.txt"):
        (tmp_path / name).touch()
    found = [path.name for path in fonts.candidates((tmp_path,))]
    assert found == ["NotoSansCJK-Regular.ttc", "NotoSansCJK-Bold.ttc", "wqy-zenhei.ttc"]


def test_bars_are_as_tall_as_their_numbers() -> None:
    def of(*values: int) -> int:
        return area(drawn(replace(ENGLISH, rows=(Row("agents", values),))), BAR)

    assert of(10, 5, 0) == pytest.approx(1.5 * of(10, 0, 0), rel=0.03)
    assert of(0, 0, 0) == 0


def test_what_rose_and_what_fell_differ_in_more_than_colour() -> None:
    rows = [drawn(replace(ENGLISH, rows=(Row("agents", (0,), change),))) for change in (4, -4)]
    up, down = ([x for x in range(800, WIDTH) if row.getpixel((x, chart._HEAD + 56)) == colour(ink)]
                for row, ink in zip(rows, (UP, DOWN), strict=True))  # fmt: skip
    assert 0 < len(up) < len(down), "a tip above, a broad side above"


def test_nothing_is_drawn_beyond_the_edge() -> None:
    image = drawn(replace(ENGLISH, rows=(Row("recommendation & retrieval", (999, 888, 777), -1234),)))
    edges = {image.getpixel((x, y)) for x in (0, 1, WIDTH - 2, WIDTH - 1) for y in range(image.height)}
    assert edges == {colour(chart.PAPER)}


def test_the_largest_chart_fits_into_the_outbox() -> None:
    rows = tuple(Row(f"recommendation & retrieval {n}", (888,) * 20, -999) for n in range(40))
    made = chart.png(replace(ENGLISH, columns=("Wed\n28",) * 20, rows=rows, note="W" * 60), ())
    assert made is not None
    assert len(made) <= PICTURE
    with Image.open(BytesIO(made)) as image:
        assert image.size == (WIDTH, chart._HEAD + chart.MOST_ROWS * chart._ROW + chart._FOOT)


def test_a_chart_of_nothing_is_a_picture() -> None:
    assert drawn(Chart("", "", (), ())).width == WIDTH

use super::*;
use crate::{
    app::{Language, Target},
    ui::{
        ColorDepth, Theme,
        dump::{dump, glyphs},
        testing::{causal, dark, drawn, mono_picture, picture, weight, words},
    },
};
use insta::assert_snapshot;

fn head(names: &[String]) -> Heatmap<'_> {
    Heatmap::new(21, 21, &weight).hidden(&causal).named(names, names).cursor(Some((15, 1)))
}

#[test]
fn a_causal_head() {
    let names = words();
    assert_snapshot!(picture((60, 21), |canvas, area| {
        head(&names).draw(canvas, area);
    }));
}

#[test]
fn a_causal_head_without_colours() {
    let names = words();
    assert_snapshot!(mono_picture((60, 21), |canvas, area| {
        head(&names).draw(canvas, area);
    }));
}

#[test]
fn sixteen_colours() {
    let (names, theme) = (words(), Theme::named("dark", ColorDepth::Ansi16).unwrap());
    let (buffer, _) = drawn((60, 21), &theme, Language::En, |canvas, area| {
        head(&names).draw(canvas, area);
    });
    assert_snapshot!(dump(&buffer));
}

#[test]
fn numbers_in_wide_cells() {
    let names = words();
    assert_snapshot!(picture((104, 42), |canvas, area| {
        head(&names).zoom(Zoom::Numbers).draw(canvas, area);
    }));
}

#[test]
fn cross_attention_has_stacked_labels() {
    let rows: Vec<String> = ["␣", "这", "只", "猫", "帽子", "。", "‹/s›"].map(Into::into).into();
    let cols: Vec<String> = ["translate", "French", ":", "Le", "猫咪", "chapeau", "."].map(Into::into).into();
    let value = |row: usize, col: usize| if row == col { 0.9 } else { 0.01 };
    assert_snapshot!(picture((40, 24), |canvas, area| {
        Heatmap::new(7, 7, &value).named(&rows, &cols).cursor(Some((4, 5))).draw(canvas, area);
    }));
}

#[test]
fn a_long_text_is_pooled_and_says_so() {
    let value = |row: usize, col: usize| f32::from(row == 100 && col == 37);
    let mut kept = None;
    let (buffer, hits) = drawn((48, 21), &dark(), Language::En, |canvas, area| {
        kept = Some(Heatmap::new(128, 128, &value).hidden(&causal).cursor(Some((100, 37))).draw(canvas, area));
    });
    let kept = kept.unwrap();
    assert!(kept.is_pooled());
    assert_eq!(kept.shown, (128, 128));
    assert_eq!(kept.step, (4, 4));
    assert_snapshot!(dump(&buffer));
    // The largest value is not lost: its cell has the colour of 1.
    let place = (kept.cells.x + 9, kept.cells.y + 12);
    assert_eq!(hits.cursor(), Some(place));
    assert_eq!(hits.at(place.0, place.1), Some(Target::Cell { map: 0, row: 96, col: 36 }));
}

#[test]
fn a_long_text_scrolls_by_half_a_map() {
    let names: Vec<String> = (0..60).map(|i| format!("w{i}")).collect();
    let (buffer, hits) = drawn((48, 21), &dark(), Language::En, |canvas, area| {
        let map = Heatmap::new(60, 60, &weight).hidden(&causal).named(&names, &names).cursor(Some((40, 30)));
        let kept = map.zoom(Zoom::Cell).labels(Labels::Index).draw(canvas, area);
        assert_eq!((kept.first, kept.shown), ((30, 20), (20, 20)));
    });
    assert_snapshot!(glyphs(&buffer));
    assert_eq!(hits.at(8, 1), Some(Target::Cell { map: 0, row: 30, col: 20 }));
}

#[test]
fn the_cursor_on_a_hidden_cell() {
    let names = words();
    let (buffer, hits) = drawn((60, 21), &dark(), Language::En, |canvas, area| {
        head(&names).cursor(Some((2, 9))).draw(canvas, area);
    });
    let (x, y) = hits.cursor().unwrap();
    assert_eq!((buffer[(x, y)].symbol(), buffer[(x + 1, y)].symbol()), ("[", "]"));
    assert_eq!(hits.at(x, y), Some(Target::Cell { map: 0, row: 2, col: 9 }));
}

#[test]
fn small_maps_show_the_ground_where_hidden() {
    assert_snapshot!(picture((11, 6), |canvas, area| {
        Heatmap::new(21, 21, &weight).hidden(&causal).small().draw(canvas, area);
    }));
}

#[test]
fn nothing_breaks_in_any_room() {
    let names = words();
    for zoom in [Zoom::Fit, Zoom::Numbers, Zoom::Wide, Zoom::Cell, Zoom::Half, Zoom::Whole] {
        for labels in [Labels::Auto, Labels::Stair, Labels::Stacked, Labels::Index, Labels::None] {
            for size in [(0, 0), (1, 1), (3, 40), (40, 3), (9, 9), (200, 60)] {
                for cells in [0, 1, 2, 21, 90] {
                    drawn(size, &dark(), Language::Zh, |canvas, area| {
                        let map = Heatmap::new(cells, cells, &weight).hidden(&causal).named(&names, &names);
                        map.zoom(zoom).labels(labels).cursor(Some((cells / 2, 3))).draw(canvas, area);
                    });
                }
            }
        }
    }
}

#[test]
fn values_outside_of_the_range_and_no_numbers() {
    let value = |row: usize, col: usize| [f32::NAN, f32::INFINITY, -5.0, 7.0][(row * 2 + col) % 4];
    drawn((20, 6), &dark(), Language::En, |canvas, area| {
        let map = Heatmap::new(2, 2, &value);
        map.draw(canvas, area);
        map.zoom(Zoom::Numbers).scale(Scale::Signed(0.0)).draw(canvas, area);
        map.small().draw(canvas, area);
    });
}

/// A frame of a long text must not read all its cells.
#[test]
fn blocks_are_read_instead_of_cells() {
    use std::cell::Cell;
    let (reads, asked) = (Cell::new(0), Cell::new((0, 0)));
    let value = |_: usize, _: usize| {
        reads.set(reads.get() + 1);
        0.5
    };
    let hidden = |row: usize, col: usize| {
        reads.set(reads.get() + 1);
        causal(row, col)
    };
    let block = |step: usize, row: usize, col: usize| {
        asked.set((step.max(asked.get().0), row.max(asked.get().1)));
        (col <= row).then_some(0.5)
    };
    for (zoom, step, first) in [(Zoom::Fit, 32, (0, 0)), (Zoom::Blocks(8), 8, (368, 0))] {
        asked.set((0, 0));
        drawn((60, 24), &dark(), Language::En, |canvas, area| {
            let map = Heatmap::new(1000, 1000, &value).hidden(&hidden).blocks(Some(&block)).zoom(zoom);
            let kept = map.cursor(Some((700, 400))).draw(canvas, area);
            assert_eq!((kept.step, kept.first), ((step, step), first));
            assert_eq!(asked.get(), (step, (kept.first.0 + kept.shown.0).div_ceil(step) - 1));
        });
    }
    assert!(reads.get() < 4000, "{} cells were read", reads.get());
}

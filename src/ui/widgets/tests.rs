use super::*;
use crate::ui::{
    Canvas, Tone,
    testing::{mono_picture, picture, value, words},
};
use insta::assert_snapshot;
use ratatui::layout::Rect;

#[test]
fn a_tensor_as_a_strip() {
    let names = words();
    let draw = |canvas: &mut Canvas<'_>, area: Rect| {
        let strip = Strip::new(21, 64, &value).named(&names, 6).header(true).cursor(Some((15, 55)));
        let drawn = strip.scale(Scale::Signed(3.0)).draw(canvas, area);
        assert_eq!((drawn.features, drawn.cells.width), (2, 32));
    };
    assert_snapshot!(picture((39, 22), draw));
    assert_snapshot!(mono_picture((39, 22), draw));
}

#[test]
fn a_vector_of_few_features_has_a_column_each() {
    assert_snapshot!(picture((20, 1), |canvas, area| {
        let drawn = Strip::new(1, 16, &value).scale(Scale::Signed(3.0)).draw(canvas, area);
        assert_eq!((drawn.features, drawn.cells.width), (1, 16));
    }));
}

#[test]
fn candidates() {
    let entry = |rank: usize, token: &str, p: f32| {
        let tone = if rank == 1 { Tone::Accent } else { Tone::Dim };
        let figure = crate::ui::number::weight(p);
        Row::Entry(vec![Cell::dim(rank.to_string()), Cell::text(token), Cell::Bar(p * 7.0, tone), Cell::text(figure)])
    };
    let rows = [
        Row::Heading("Candidates".into()),
        entry(1, "lamp", 0.135),
        entry(2, "apple", 0.125),
        entry(3, "帽子和围巾手套", 0.101),
        Row::Cut("top-p 0.90 cuts here".into()),
        entry(4, "ball", 0.002),
    ];
    let columns = [(1, Align::Right), (10, Align::Left), (14, Align::Left), (4, Align::Right)];
    let list = List { columns: &columns, rows: &rows, selected: Some(2), list: 0 };
    let draw = |canvas: &mut Canvas<'_>, area: Rect| {
        list.draw(canvas, area);
    };
    assert_snapshot!(picture((40, 6), draw));
    assert_snapshot!(mono_picture((40, 6), draw));
}

#[test]
fn a_tree_of_steps() {
    let row = |depth, fold, label: &str, size: &str, tone| TreeRow {
        depth,
        fold,
        label: label.into(),
        size: size.into(),
        tone,
    };
    let rows = [
        row(0, Some(true), "embeddings", "21×64", Tone::Title),
        row(1, None, "token", "21×64", Tone::Text),
        row(0, Some(true), "layer 0", "", Tone::Title),
        row(1, Some(false), "attention", "4×21×21", Tone::Text),
        row(1, None, "a very long name of a step", "21×64", Tone::Faint),
        row(1, Some(false), "前馈网络", "21×256", Tone::Faint),
    ];
    assert_snapshot!(picture((29, 6), |canvas, area| {
        Tree { rows: &rows, selected: 3, list: 0 }.draw(canvas, area);
    }));
}

#[test]
fn legends() {
    let draw = |canvas: &mut Canvas<'_>, area: Rect| {
        let weights = Legend { title: "weight", scale: Scale::Weights(1.0) };
        let signed = Legend { title: "value", scale: Scale::Signed(3.4) };
        assert_eq!(weights.draw(canvas, area), 12);
        assert_eq!(signed.draw(canvas, Rect { x: 12, width: 12, ..area }), 10);
        weights.draw_along(canvas, Rect { x: 24, width: 30, ..area }, 12);
        signed.draw_along(canvas, Rect { x: 24, y: 2, width: 30, height: 1 }, 12);
        let future = Reason::named("future").unwrap();
        legend::mask_legend(canvas, Rect { x: 24, y: 4, width: 20, height: 6 }, &[(future, 210)], 441);
    };
    assert_snapshot!(picture((56, 13), draw));
    assert_snapshot!(mono_picture((56, 13), draw));
}

#[test]
fn bars_and_sliders() {
    let draw = |canvas: &mut Canvas<'_>, area: Rect| {
        for (row, fraction) in [1.0, 0.62, 0.3, 0.02, 0.0, f32::NAN].into_iter().enumerate() {
            bar(canvas, Rect { y: row as u16, height: 1, width: 12, ..area }, fraction, Tone::Dim);
            bar::slider(canvas, Rect { x: 14, y: row as u16, height: 1, width: 10 }, fraction);
        }
    };
    assert_snapshot!(picture((24, 6), draw));
    assert_snapshot!(mono_picture((24, 6), draw));
}

#[test]
fn the_stronger_of_two() {
    assert_eq!(Scale::Weights(1.0).stronger(0.2, 0.7), 0.7);
    assert_eq!(Scale::Signed(1.0).stronger(-0.9, 0.7), -0.9);
    assert!(Scale::Weights(1.0).stronger(f32::NAN, 0.7).is_nan());
    assert!(Scale::Signed(1.0).stronger(0.7, f32::NAN).is_nan());
    assert_eq!(Scale::signed_for([1.0, -3.0, f32::NAN, f32::INFINITY]), Scale::Signed(3.0));
}

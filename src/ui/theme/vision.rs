//! How the ramps look to eyes that tell fewer colours apart.
//!
//! Machado, Oliveira and Fernandes 2009, "A Physiologically-based Model for Simulation of Color Vision Deficiency": the
//! matrices of full severity, on linear RGB. <https://www.inf.ufrgs.br/~oliveira/pubs_files/CVD_Simulation/CVD_Simulation.html>

use super::oklab::{Lab, Rgb};
use super::{ColorDepth, EMBEDDED, Theme};
use ratatui::style::Color;

type Matrix = [[f32; 3]; 3];

const EYES: [(&str, Matrix); 4] = [
    ("all cones", [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]]),
    (
        "protanopia",
        [[0.152_286, 1.052_583, -0.204_868], [0.114_503, 0.786_281, 0.099_216], [-0.003_882, -0.048_116, 1.051_998]],
    ),
    (
        "deuteranopia",
        [[0.367_322, 0.860_646, -0.227_968], [0.280_085, 0.672_501, 0.047_413], [-0.011_820, 0.042_940, 0.968_881]],
    ),
    (
        "tritanopia",
        [[1.255_528, -0.076_749, -0.178_779], [-0.078_411, 0.930_809, 0.147_602], [0.004_733, 0.691_367, 0.303_900]],
    ),
];

fn linear(channel: u8) -> f32 {
    let c = f32::from(channel) / 255.0;
    if c <= 0.040_45 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) }
}

fn encoded(linear: f32) -> u8 {
    let c = linear.clamp(0.0, 1.0);
    let c = if c <= 0.003_130_8 { c * 12.92 } else { 1.055 * c.powf(1.0 / 2.4) - 0.055 };
    (c * 255.0).round() as u8
}

fn seen((r, g, b): Rgb, eye: &Matrix) -> Lab {
    let light = [linear(r), linear(g), linear(b)];
    let [r, g, b] = eye.map(|row| encoded(row.iter().zip(light).map(|(m, c)| m * c).sum()));
    Lab::from((r, g, b))
}

fn rgb(colour: Color) -> Rgb {
    match colour {
        Color::Rgb(r, g, b) => (r, g, b),
        other => panic!("no colour of a ramp: {other:?}"),
    }
}

/// A ramp of weights in tenths, if it can be read: lightness only rises or only falls, and every tenth differs.
fn is_a_ramp(colours: &[Rgb], eye: &Matrix) -> Result<(), String> {
    let seen: Vec<Lab> = colours.iter().map(|&colour| self::seen(colour, eye)).collect();
    let (first, last) = (seen[0].l, seen[seen.len() - 1].l);
    if (last - first).abs() < 0.5 {
        return Err(format!("its ends are {first} and {last}"));
    }
    let sign = (last - first).signum();
    let fine = seen.windows(2).find(|pair| sign * (pair[1].l - pair[0].l) < -0.004);
    if let Some(pair) = fine {
        return Err(format!("lightness turns at {}", pair[0].l));
    }
    let tenth = |i: usize| seen[i * (seen.len() - 1) / 10];
    let near = (0..10).find(|&i| tenth(i).distance(tenth(i + 1)).sqrt() < 0.04);
    near.map_or(Ok(()), |tenth| Err(format!("tenths {tenth} and {} look alike", tenth + 1)))
}

#[test]
fn every_eye_can_read_the_ramps_of_weights() {
    for (name, _) in EMBEDDED {
        let theme = Theme::named(name, ColorDepth::TrueColor).unwrap();
        if theme.is_mono() {
            continue;
        }
        let colours: Vec<Rgb> = (0..=250).map(|i| rgb(theme.weight_colour(i as f32 / 250.0))).collect();
        for (eye, matrix) in &EYES {
            assert_eq!(is_a_ramp(&colours, matrix), Ok(()), "{name}, {eye}");
        }
    }
}

#[test]
fn every_eye_can_tell_the_signs_apart() {
    for (name, _) in EMBEDDED {
        let theme = Theme::named(name, ColorDepth::TrueColor).unwrap();
        if theme.is_mono() {
            continue;
        }
        for (eye, matrix) in &EYES {
            let at = |i: i32| seen(rgb(theme.signed_colour(i as f32 / 100.0)), matrix);
            let away = (at(100).l - at(0).l).signum();
            for i in 1..100 {
                let rises = |sign: i32| away * (at(sign * (i + 1)).l - at(sign * i).l) > -0.004;
                assert!(rises(1) && rises(-1), "{name}, {eye}: lightness turns at {i}");
            }
            for i in 30..=100 {
                let far = at(i).distance(at(-i)).sqrt();
                assert!(far > 0.1, "{name}, {eye}: ±0.{i} are {far} apart");
            }
        }
    }
}

#[test]
fn a_ramp_from_red_to_green_fails_where_it_should() {
    // Equally light for all cones of these two, and alike for two kinds of eyes.
    let ramp = super::oklab::gradient(&[(200, 60, 60), (96, 122, 40)], 251);
    assert!(EYES.iter().all(|(_, eye)| is_a_ramp(&ramp, eye).is_err()));
    // What a rainbow does to lightness.
    let rainbow =
        super::oklab::gradient(&[(0, 0, 90), (0, 200, 220), (255, 255, 0), (255, 255, 255), (200, 0, 0)], 251);
    assert!(is_a_ramp(&rainbow, &EYES[0].1).is_err());
}

#[test]
fn what_an_eye_sees_of_grey_is_grey() {
    for (eye, matrix) in &EYES {
        let (grey, seen) = (Lab::from((120, 120, 120)), seen((120, 120, 120), matrix));
        assert!(grey.distance(seen) < 1e-4, "{eye}: {seen:?}");
    }
    // Two colours that look the same without the middle cones, or nearly.
    let (red, green) = (seen((170, 90, 60), &EYES[2].1), seen((128, 106, 60), &EYES[2].1));
    assert!(
        red.distance(green).sqrt() < 0.06 && Lab::from((170, 90, 60)).distance(Lab::from((128, 106, 60))).sqrt() > 0.06
    );
}

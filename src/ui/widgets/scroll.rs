//! Which part of something long is shown.

/// The first of `visible` entries out of `total` such that the cursor is among them, moving by half a window.
///
/// It depends on the cursor alone, so nothing has to be remembered and a resize cannot leave it wrong.
pub fn window(cursor: usize, total: usize, visible: usize) -> usize {
    if visible == 0 || total <= visible {
        return 0;
    }
    let half = (visible / 2).max(1);
    let first = (cursor.min(total - 1) / half).saturating_sub(usize::from(visible > 1)) * half;
    first.min(total - visible)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cursor_is_always_shown() {
        for total in 0..40 {
            for visible in 1..20 {
                for cursor in 0..total {
                    let first = window(cursor, total, visible);
                    assert!(first <= cursor && cursor < first + visible, "{cursor} of {total} in {visible}");
                    assert!(total <= visible || first + visible <= total);
                }
            }
        }
    }

    #[test]
    fn it_moves_by_half_a_window() {
        let firsts: Vec<usize> = [0, 9, 10, 14, 15, 20, 39].iter().map(|&cursor| window(cursor, 40, 10)).collect();
        assert_eq!(firsts, [0, 0, 5, 5, 10, 15, 30]);
    }
}

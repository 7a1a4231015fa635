//! Panics of the tokenizers crate are turned into errors.
//!
//! The crate unwraps in places where a malformed file can make it fail. Its panics are caught here, and kept from
//! being reported on the terminal as a crash of the program.

use std::any::Any;
use std::cell::Cell;
use std::panic::{self, AssertUnwindSafe};
use std::sync::Once;

thread_local! {
    static GUARDED: Cell<bool> = const { Cell::new(false) };
}

/// Puts a filter before the current panic hook that keeps quiet about panics which become errors.
///
/// It is put there once by itself. A program that sets another hook afterwards (to restore its terminal, say) calls
/// this again after doing so, lest its hook acts on a panic that has no consequences.
pub fn filter_panics() {
    let next = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        if !GUARDED.get() {
            next(info);
        }
    }));
}

/// Runs code of the crate; a panic in it becomes the error.
pub(super) fn guarded<T>(run: impl FnOnce() -> T) -> Result<T, String> {
    static FILTER: Once = Once::new();
    FILTER.call_once(filter_panics);
    let outer = GUARDED.replace(true);
    // What the closures here touch is either dropped on failure or only read.
    let result = panic::catch_unwind(AssertUnwindSafe(run));
    GUARDED.set(outer);
    result.map_err(|payload| format!("it is malformed in a way that was not foreseen ({})", message(&*payload)))
}

fn message(payload: &(dyn Any + Send)) -> &str {
    payload
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| payload.downcast_ref::<&str>().copied())
        .unwrap_or("no reason given")
}

#[cfg(test)]
mod tests {
    use super::guarded;

    #[test]
    fn panics_become_errors() {
        assert_eq!(guarded(|| 3), Ok(3));
        let number = 7;
        let error = guarded(|| assert!(number == 8, "seven is {number}")).expect_err("a panic");
        assert!(error.contains("seven is 7"), "{error}");
    }
}

//! Append-only buffers: a key/value cache grows by a row a token, while the tapes of earlier tokens still read theirs.
#![allow(unsafe_code)]

use std::cell::UnsafeCell;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use super::{Dims, Storage, Tensor};

/// A buffer whose first numbers are written once and never again.
pub(super) struct Growing {
    /// A cell for each number, so that no reference to the whole ever stands in the way of writing at the end.
    data: Box<[UnsafeCell<f32>]>,
    /// Numbers that are written; everything behind belongs to the next append.
    committed: AtomicUsize,
}

// SAFETY: numbers before `committed` are never written again, so they may be read from any thread; numbers behind it
// are written only by the one append that holds `APPENDING`, and read only after it has committed them.
unsafe impl Sync for Growing {}

impl Growing {
    /// A buffer of `capacity` numbers, none of them written.
    fn with_capacity(capacity: usize) -> Self {
        // Zeroed memory comes lazily from the system, so room that is never used costs nothing.
        let zeros = Box::into_raw(vec![0.0_f32; capacity].into_boxed_slice());
        // SAFETY: an `UnsafeCell<f32>` lies in memory as an `f32` does, and the box is given up and taken back at once.
        let data = unsafe { Box::from_raw(zeros as *mut [UnsafeCell<f32>]) };
        Self { data, committed: AtomicUsize::new(0) }
    }

    /// The numbers written so far.
    pub(super) fn committed(&self) -> &[f32] {
        let written = &self.data[..self.committed.load(Ordering::Acquire)];
        // SAFETY: these numbers are never written again, and cells lie in memory as their numbers do.
        unsafe { std::slice::from_raw_parts(written.as_ptr().cast(), written.len()) }
    }

    /// Writes `rows` behind the first `at` numbers, if nobody has written there and there is room.
    fn try_append(&self, at: usize, rows: &Tensor) -> bool {
        let end = at + rows.len();
        if end > self.data.len() || self.committed.load(Ordering::Acquire) != at {
            return false;
        }
        let _turn = APPENDING.lock().unwrap_or_else(PoisonError::into_inner);
        if self.committed.load(Ordering::Acquire) != at {
            return false;
        }
        for (to, from) in self.data[at..end].iter().zip(rows.view().iter()) {
            // SAFETY: numbers from `at` on are not committed, so nobody reads them, and the lock keeps every other
            // append out.
            unsafe { *to.get() = *from };
        }
        self.committed.store(end, Ordering::Release);
        true
    }
}

/// One append at a time: appends are rare (two a layer and token) and short.
static APPENDING: Mutex<()> = Mutex::new(());

/// See [`Tensor::append`]. The appended axis lies outermost in memory, so that new rows come behind all old ones.
pub(super) fn append(past: &Tensor, axis: usize, new: &Tensor) -> Tensor {
    let fits = past.shape.len() == new.shape.len()
        && past.shape.iter().zip(&new.shape).enumerate().all(|(a, (old, new))| a == axis || old == new);
    assert!(fits, "{:?} behind {:?} along axis {axis}", new.shape, past.shape);
    let order: Dims = std::iter::once(axis).chain((0..past.shape.len()).filter(|&a| a != axis)).collect();
    let rows = new.permute(&order);
    let row = rows.shape[1..].iter().product::<usize>();
    let (old, total) = (past.shape[axis], past.shape[axis] + new.shape[axis]);
    if let Storage::Growing(buffer) = &past.storage
        && past.offset == 0
        && past.permute(&order).is_contiguous()
        && buffer.try_append(old * row, &rows)
    {
        let mut grown = past.clone();
        grown.shape[axis] = total;
        // A single row may have had any stride.
        grown.strides[axis] = row;
        return grown;
    }
    let buffer = Growing::with_capacity((2 * total).max(64) * row);
    buffer.try_append(0, &past.permute(&order));
    buffer.try_append(old * row, &rows);
    let laid_out: Dims = order.iter().map(|&a| if a == axis { total } else { past.shape[a] }).collect();
    let mut back = Dims::from_elem(0, order.len());
    for (place, &a) in order.iter().enumerate() {
        back[a] = place;
    }
    let strides = super::contiguous_strides(&laid_out);
    Tensor { storage: Storage::Growing(Arc::new(buffer)), offset: 0, shape: laid_out, strides }.permute(&back)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(first: usize, tokens: usize) -> Tensor {
        // (batch 2, token, channel 3); a number says its token
        let mut data = Vec::new();
        for batch in 0..2 {
            for token in first..first + tokens {
                data.extend([0, 1, 2].map(|c| (100 * batch + 10 * token + c) as f32));
            }
        }
        Tensor::new(data, &[2, tokens, 3])
    }

    #[test]
    fn a_cache_grows_in_place_and_old_views_stay() {
        let one = rows(0, 2).append(1, &rows(2, 1));
        assert_eq!(one.to_vec(), rows(0, 3).to_vec());
        let two = one.append(1, &rows(3, 1));
        assert!(two.shares_data(&one));
        assert_eq!(two.to_vec(), rows(0, 4).to_vec());
        assert_eq!(one.to_vec(), rows(0, 3).to_vec());
    }

    #[test]
    fn a_second_future_does_not_disturb_the_first() {
        let past = rows(0, 2).append(1, &rows(2, 1));
        let first = past.append(1, &rows(3, 1));
        let second = past.append(1, &rows(7, 1));
        assert!(!second.shares_data(&first));
        assert_eq!(first.to_vec(), rows(0, 4).to_vec());
        assert_eq!(second.select(1, 3).to_vec(), rows(7, 1).to_vec());
        assert_eq!(second.slice(1, 0..3).to_vec(), past.to_vec());
    }

    #[test]
    fn a_single_row_of_any_stride_grows() {
        let one = rows(0, 0).append(1, &rows(0, 1)).select(1, 0).broadcast(1, 1);
        assert_eq!(one.append(1, &rows(1, 1)).to_vec(), rows(0, 2).to_vec());
    }

    #[test]
    fn readers_and_appends_on_many_threads_do_not_meet() {
        let start = rows(0, 0).append(1, &rows(0, 1));
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    let mut cache = start.clone();
                    for token in 1..40 {
                        cache = cache.append(1, &rows(token, 1));
                        assert_eq!(cache.to_vec(), rows(0, token + 1).to_vec());
                    }
                });
            }
        });
        assert_eq!(start.to_vec(), rows(0, 1).to_vec());
    }

    #[test]
    #[should_panic(expected = "along axis 1")]
    fn other_axes_must_agree() {
        let _ = rows(0, 2).append(1, &Tensor::zeros(&[2, 1, 4]));
    }

    #[test]
    fn it_outgrows_its_room() {
        let mut cache = rows(0, 0);
        for token in 0..200 {
            cache = cache.append(1, &rows(token, 1));
        }
        assert_eq!(cache.to_vec(), rows(0, 200).to_vec());
    }
}

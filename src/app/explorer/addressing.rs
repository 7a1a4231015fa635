//! The key that copies the address of what is shown.

use super::{App, Effect};
use crate::app::Word;

impl App {
    pub(super) fn copy_address(&mut self) -> Vec<Effect> {
        let Some(address) = self.address() else { return Vec::new() };
        let line = address.to_string();
        self.shell.show(Word::AddressCopied.text(self.shell.language), &line);
        vec![Effect::Copy(line)]
    }
}

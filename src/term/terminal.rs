//! Taking the terminal and giving it back.

use crossterm::{
    cursor, event, execute, queue, style,
    terminal::{self as tty, ClearType, EnterAlternateScreen, LeaveAlternateScreen},
};
use ratatui::{Frame, backend::CrosstermBackend};
use std::{
    io::{self, BufWriter, Stdout, Write},
    mem::ManuallyDrop,
    panic,
    sync::{
        Once,
        atomic::{AtomicBool, Ordering},
    },
};

/// How the terminal is taken.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// Whether clicks and the wheel come to the program; while they do, text cannot be selected.
    pub mouse: bool,
}

/// A frame of 200 x 60 in true colour is about this long; written at once it does not tear.
const FRAME_BYTES: usize = 256 * 1024;

type Inner = ratatui::Terminal<CrosstermBackend<BufWriter<Stdout>>>;

/// Whether the terminal is ours at the moment: giving it back twice, or after a panic, must do no harm.
static TAKEN: AtomicBool = AtomicBool::new(false);
/// Set for ever by a panic nobody catches: the terminal is given back and must not be drawn on again.
static BROKEN: AtomicBool = AtomicBool::new(false);

/// The terminal while the program has it.
pub struct Terminal {
    /// Never dropped: ratatui would show the cursor once more and, where the terminal is gone, panic over it.
    inner: ManuallyDrop<Inner>,
    options: Options,
}

impl Terminal {
    /// Takes the terminal; it is given back when this is dropped, and before any panic is reported.
    ///
    /// # Errors
    /// Where the terminal refuses; it is then as it was.
    pub fn start(options: Options) -> io::Result<Self> {
        install_hook();
        // With NO_COLOR crossterm writes an empty colour sequence that resets bold and reverse as well. The theme
        // without colours keeps the promise instead.
        style::force_color_output(true);
        let terminal = Self { inner: blank()?, options };
        terminal.enter().inspect_err(|_| restore())?;
        Ok(terminal)
    }

    fn enter(&self) -> io::Result<()> {
        TAKEN.store(true, Ordering::SeqCst);
        tty::enable_raw_mode()?;
        let mut out = io::stdout();
        execute!(out, EnterAlternateScreen, event::EnableBracketedPaste, cursor::Hide)?;
        if self.options.mouse { take_mouse(&mut out) } else { Ok(()) }
    }

    /// Draws one frame.
    ///
    /// # Errors
    /// Where the terminal is gone.
    pub fn draw(&mut self, draw: impl FnOnce(&mut Frame<'_>)) -> io::Result<()> {
        if BROKEN.load(Ordering::SeqCst) {
            return Ok(());
        }
        self.inner.draw(draw).map(|_| ())
    }

    /// Takes the mouse or gives it back.
    ///
    /// # Errors
    /// Where the terminal is gone.
    pub fn set_mouse(&mut self, taken: bool) -> io::Result<()> {
        self.options.mouse = taken;
        if taken { take_mouse(&mut io::stdout()) } else { release_mouse(&mut io::stdout()) }
    }

    /// Asks the terminal to put a text on the clipboard; one that does not do that ignores it.
    ///
    /// # Errors
    /// Where the terminal is gone.
    pub fn copy(&mut self, text: &str) -> io::Result<()> {
        let mut out = io::stdout();
        out.write_all(super::clipboard::sequence(text).as_bytes())?;
        out.flush()
    }

    /// Takes the terminal again after it was given away, and draws everything anew.
    ///
    /// # Errors
    /// Where the terminal is gone.
    pub fn resume(&mut self) -> io::Result<()> {
        self.enter()?;
        execute!(io::stdout(), tty::Clear(ClearType::All))?;
        // Clearing through ratatui would ask the terminal for its cursor, and the answer is taken by the thread that
        // reads keys; a new one knows that nothing is on the screen.
        self.inner = blank()?;
        Ok(())
    }

    /// Gives the terminal back and stops the process until the shell lets it go on.
    ///
    /// # Errors
    /// Where the terminal is gone.
    pub fn suspend(&mut self) -> io::Result<()> {
        #[cfg(unix)]
        {
            restore();
            super::signals::stop()?;
            self.resume()?;
        }
        Ok(())
    }
}

/// A terminal on which nothing has been drawn.
fn blank() -> io::Result<ManuallyDrop<Inner>> {
    let backend = CrosstermBackend::new(BufWriter::with_capacity(FRAME_BYTES, io::stdout()));
    Inner::new(backend).map(ManuallyDrop::new)
}

impl Drop for Terminal {
    fn drop(&mut self) {
        restore();
    }
}

/// Gives the terminal back as it was. Does nothing where it is not taken.
pub fn restore() {
    if !TAKEN.swap(false, Ordering::SeqCst) {
        return;
    }
    let mut out = io::stdout();
    // Every step is tried, whatever became of those before it: there is nobody left to tell.
    let _ = release_mouse(&mut out);
    let _ = execute!(out, event::DisableBracketedPaste, style::ResetColor, LeaveAlternateScreen, cursor::Show);
    let _ = tty::disable_raw_mode();
}

/// Clicks, drags and the wheel, but not every movement: each would wake the program.
fn take_mouse(out: &mut Stdout) -> io::Result<()> {
    #[cfg(unix)]
    queue!(out, style::Print("\x1b[?1000h\x1b[?1002h\x1b[?1006h"))?;
    #[cfg(not(unix))]
    queue!(out, event::EnableMouseCapture)?;
    out.flush()
}

fn release_mouse(out: &mut Stdout) -> io::Result<()> {
    #[cfg(unix)]
    queue!(out, style::Print("\x1b[?1006l\x1b[?1002l\x1b[?1000l"))?;
    #[cfg(not(unix))]
    queue!(out, event::DisableMouseCapture)?;
    out.flush()
}

/// Whether a panic has ended the program.
pub(super) fn is_broken() -> bool {
    BROKEN.load(Ordering::SeqCst)
}

/// Gives the terminal back before a panic is reported, whichever thread it is in; else the report would be wiped out.
fn install_hook() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let report = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            if super::run::is_caught(info) {
                return;
            }
            BROKEN.store(true, Ordering::SeqCst);
            restore();
            report(info);
            super::events::end_after_panic();
        }));
    });
}

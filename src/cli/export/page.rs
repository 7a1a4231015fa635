//! An exhibit as a page for a browser: one file that needs nothing else, and prints well.

use pulldown_cmark::{Options, Parser};

use super::exhibit::{Exhibit, Paper};

const STYLE: &str = "body{max-width:72rem;margin:2rem auto;padding:0 1rem;font:16px/1.5 system-ui,sans-serif;color:#1c2733;background:#fff}\
    svg{display:block;width:100%;height:auto;border:1px solid #d5dbe3;margin-bottom:2rem}\
    table{border-collapse:collapse;font-size:.9rem}td,th{border:1px solid #d5dbe3;padding:.25rem .5rem;vertical-align:top;text-align:left}\
    .wide{overflow-x:auto}@media print{body{margin:0;max-width:none}.wide{overflow:visible}tr{break-inside:avoid}}";

/// The page.
///
/// # Errors
/// Where the picture cannot be drawn.
pub fn html(exhibit: &dyn Exhibit, paper: Paper) -> color_eyre::Result<String> {
    let title = escaped(&exhibit.title());
    let drawing = exhibit.drawing(paper)?;
    // Readers that cannot see the picture are told what it is.
    let drawing = drawing.replacen("<svg ", &format!("<svg role=\"img\" aria-label=\"{title}\" "), 1);
    let told = exhibit.markdown().map(|markdown| told(&markdown)).unwrap_or_default();
    let language = exhibit.language().code();
    Ok(format!(
        "<!DOCTYPE html>\n<html lang=\"{language}\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" \
         content=\"width=device-width\">\n<title>{title}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n{drawing}{told}</body>\n</html>\n"
    ))
}

/// The words, with wide tables in boxes that scroll by themselves.
fn told(markdown: &str) -> String {
    let mut out = String::new();
    pulldown_cmark::html::push_html(&mut out, Parser::new_ext(markdown, Options::ENABLE_TABLES));
    out.replace("<table>", "<div class=\"wide\"><table>").replace("</table>", "</table></div>")
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

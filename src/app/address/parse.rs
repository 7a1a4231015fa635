//! Reading an address.

use std::str::FromStr;

use super::encode::decoded;
use super::spots::{SPOTS, Spot};
use super::{Address, AddressError, SCHEME, spot};

impl FromStr for Address {
    type Err = AddressError;

    fn from_str(line: &str) -> Result<Self, AddressError> {
        let line = line.trim();
        let Some(rest) = line.strip_prefix(SCHEME) else { return Err(AddressError::Scheme { line: line.to_owned() }) };
        // As in web addresses, where there is a question mark before any comma.
        let end = rest.find(['?', ',']);
        let between = if end.is_some_and(|end| rest.as_bytes()[end] == b'?') { '&' } else { ',' };
        let (head, values) = end.map_or((rest, ""), |end| (&rest[..end], &rest[end + 1..]));
        let reader = Reader { line };
        let mut address = reader.head(head)?;
        // Nothing behind the sign sets nothing.
        if !values.is_empty() {
            values.split(between).try_for_each(|part| reader.value(part, &mut address))?;
        }
        Ok(address)
    }
}

struct Reader<'a> {
    line: &'a str,
}

impl Reader<'_> {
    /// The character, from 1, at which a piece of the line begins.
    fn at(&self, piece: &str) -> usize {
        let bytes = piece.as_ptr() as usize - self.line.as_ptr() as usize;
        self.line[..bytes].chars().count() + 1
    }

    fn decoded(&self, piece: &str) -> Result<String, AddressError> {
        decoded(piece).map_err(|(from, code)| AddressError::Code { code, at: self.at(&piece[from..]) })
    }

    fn head(&self, head: &str) -> Result<Address, AddressError> {
        let (place, model) = head.split_once('/').map_or((head, None), |(place, model)| (place, Some(model)));
        let Some(spot) = spot(place) else {
            let known: Vec<&str> = SPOTS.iter().map(|spot| spot.name).collect();
            return Err(AddressError::Place { place: place.to_owned(), at: self.at(place), known: known.join(", ") });
        };
        let model = match model {
            Some("") => return Err(AddressError::Model { at: self.at(head) + head.chars().count() }),
            model => model.map(|model| self.decoded(model)).transpose()?,
        };
        Ok(Address::of(spot, model))
    }

    fn value(&self, part: &str, address: &mut Address) -> Result<(), AddressError> {
        let Some((name, value)) = part.split_once('=') else {
            return Err(AddressError::Part { part: part.to_owned(), at: self.at(part) });
        };
        let Some(key) = spot(address.place).and_then(|spot| spot.keys().find(|key| key.name == name)) else {
            let known = spot(address.place).map(Spot::key_names).unwrap_or_default();
            return Err(AddressError::Key { key: name.to_owned(), at: self.at(name), place: address.place, known });
        };
        if address.get(key.name).is_some() {
            return Err(AddressError::Twice { key: key.name, at: self.at(name) });
        }
        let text = self.decoded(value)?;
        if !key.expects.fits(&text) {
            let expected = key.expects.to_string();
            return Err(AddressError::Value { key: key.name, value: text, at: self.at(value), expected });
        }
        address.set(key.name, text);
        Ok(())
    }
}

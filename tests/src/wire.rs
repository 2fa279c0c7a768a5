//! The automerge-repo WebSocket protocol's messages, read and written by a CBOR library that the server doesn't use.

use std::collections::BTreeMap;

pub use ciborium::Value;

/// One frame: a CBOR map with text keys.
#[derive(Debug, Clone, PartialEq)]
pub struct Message(BTreeMap<String, Value>);

impl Message {
    pub fn new(kind: &str) -> Self {
        Self(BTreeMap::new()).with("type", kind)
    }

    pub fn with(mut self, key: &str, value: impl Into<Value>) -> Self {
        self.0.insert(key.to_owned(), value.into());
        self
    }

    pub fn kind(&self) -> &str {
        self.text("type").unwrap_or("")
    }

    pub fn text(&self, key: &str) -> Option<&str> {
        self.0.get(key).and_then(Value::as_text)
    }

    pub fn bytes(&self, key: &str) -> Option<&[u8]> {
        self.0.get(key).and_then(Value::as_bytes).map(Vec::as_slice)
    }

    pub fn get(&self, key: &str) -> Option<&Value> {
        self.0.get(key)
    }

    pub fn encode(&self) -> Vec<u8> {
        let entries = self.0.iter().map(|(key, value)| (Value::Text(key.clone()), value.clone())).collect();
        encode(&Value::Map(entries))
    }

    pub fn decode(frame: &[u8]) -> Option<Self> {
        let Value::Map(entries) = ciborium::from_reader(frame).ok()? else { return None };
        let entries = entries.into_iter().map(|(key, value)| Some((key.into_text().ok()?, value)));
        Some(Self(entries.collect::<Option<_>>()?))
    }
}

pub fn encode(value: &Value) -> Vec<u8> {
    let mut bytes = Vec::new();
    ciborium::into_writer(value, &mut bytes).expect("memory takes all");
    bytes
}

pub fn map<'a>(entries: impl IntoIterator<Item = (&'a str, Value)>) -> Value {
    Value::Map(entries.into_iter().map(|(key, value)| (Value::from(key), value)).collect())
}

/// What a client says first.
pub fn join(sender: &str) -> Message {
    Message::new("join")
        .with("senderId", sender)
        .with("peerMetadata", map([("isEphemeral", Value::Bool(true)), ("accord", Value::from(1))]))
        .with("supportedProtocolVersions", Value::Array(vec![Value::from("1")]))
}

/// What the stock client of automerge-repo 2.5.6 says first, as captured: sixteen-bit map lengths, an `undefined`.
pub const STOCK_JOIN: &str = "b900046474797065646a6f696e6873656e64657249646a636c69656e742d6162636c706565724d65746164617461\
    b900026973746f726167654964f76b6973457068656d6572616cf57819737570706f7274656450726f746f636f6c56657273696f6e73816131";

pub fn from_hex(hex: &str) -> Vec<u8> {
    let digits: Vec<u32> = hex.chars().filter_map(|digit| digit.to_digit(16)).collect();
    digits.chunks_exact(2).filter_map(|pair| u8::try_from(pair[0] * 16 + pair[1]).ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stock_clients_first_words_are_understood() {
        let frame = from_hex(STOCK_JOIN);
        assert_eq!(frame.len(), 103);
        let message = Message::decode(&frame).unwrap();
        assert_eq!((message.kind(), message.text("senderId")), ("join", Some("client-abc")));
    }

    #[test]
    fn a_message_survives_the_wire() {
        let message = join("me").with("data", Value::Bytes(vec![0, 255]));
        assert_eq!(Message::decode(&message.encode()), Some(message));
    }
}

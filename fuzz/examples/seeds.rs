//! Honest messages as seeds: `cargo run --example seeds` in this folder writes them again when the schema has changed.

use std::error::Error;
use std::fs;
use std::path::Path;

use automerge::sync::{ChunkList, Message, MessageVersion};

fn main() -> Result<(), Box<dyn Error>> {
    let room = fuzz::room(None).ok_or("the record does not open")?;
    let snapshot = room.materials()[0].snapshot()?;
    for (n, change) in fuzz::HONEST.iter().enumerate() {
        keep("change", &format!("honest-{n}"), change)?;
        keep("admission", &format!("honest-{n}"), fuzz::body(change))?;
        let message = Message {
            heads: snapshot.heads.clone(),
            need: vec![],
            have: vec![],
            changes: ChunkList::from(vec![change.clone()]),
            flags: None,
            version: MessageVersion::V1,
        };
        keep("sync_message", &format!("honest-{n}"), &message.encode())?;
    }
    keep("snapshot", "index", &[&[0], snapshot.index.as_ref()].concat())?;
    keep("snapshot", "hashes", &[&[1], snapshot.hashes.as_ref()].concat())?;
    // What a stock client sends first, as captured.
    let join = "b900046474797065646a6f696e6873656e64657249646a636c69656e742d6162636c706565724d65746164617461b900026973746f726167654964f76b6973457068656d6572616cf57819737570706f7274656450726f746f636f6c56657273696f6e73816131";
    let join: Result<Vec<u8>, _> =
        (0..join.len()).step_by(2).map(|at| u8::from_str_radix(&join[at..at + 2], 16)).collect();
    keep("frame", "join", &join?)?;
    Ok(())
}

fn keep(target: &str, name: &str, bytes: &[u8]) -> std::io::Result<()> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("seeds").join(target);
    fs::create_dir_all(&folder)?;
    fs::write(folder.join(name), bytes)
}

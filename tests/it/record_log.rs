//! The log of records, judged by a verifier that knows docs/log.md and nothing of the server's code.

use std::process::Output;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use diesel::{Connection, RunQueryDsl, SqliteConnection};
use ed25519_dalek::{Signature, VerifyingKey};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tests::http::Actor;
use tests::server::{Accord, program};

use crate::cast::Cast;

type Hash = [u8; 32];

fn sha256(parts: &[&[u8]]) -> Hash {
    let mut hasher = Sha256::new();
    parts.iter().for_each(|part| hasher.update(part));
    hasher.finalize().into()
}

fn decoded(text: &str) -> Vec<u8> {
    BASE64_STANDARD.decode(text).expect("base64")
}

fn hashes(path: &Value) -> Vec<Hash> {
    let path = path.as_array().expect("a list of hashes");
    path.iter().map(|hash| decoded(hash.as_str().expect("text")).try_into().expect("32 bytes")).collect()
}

fn leaf_of(record_sha256: &str) -> Hash {
    let entry = sha256(&[b"accord-log-entry/1\n", record_sha256.as_bytes()]);
    sha256(&[&[0], &entry])
}

/// Size and root of a signed note, if the key signed it.
fn open_note(note: &str, key: &str) -> Option<(u64, Hash)> {
    let (name, rest) = key.trim().split_once('+')?;
    let (id, key) = rest.split_once('+')?;
    let key = decoded(key);
    let expected = sha256(&[name.as_bytes(), b"\n", &key]);
    let expected: String = expected[..4].iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!((id, key[0]), (expected.as_str(), 1), "the key names itself");
    let (text, signatures) = note.split_once("\n\n")?;
    let text = format!("{text}\n");
    let line = signatures.lines().find_map(|line| line.strip_prefix(&format!("\u{2014} {name} ")))?;
    let signature = decoded(line);
    assert_eq!(signature[..4], sha256(&[name.as_bytes(), b"\n", &key])[..4]);
    let verifier = VerifyingKey::from_bytes(key[1..].try_into().ok()?).ok()?;
    verifier.verify_strict(text.as_bytes(), &Signature::from_slice(&signature[4..]).ok()?).ok()?;
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!((lines.len(), lines[0]), (3, name));
    Some((lines[1].parse().ok()?, decoded(lines[2]).try_into().ok()?))
}

/// RFC 9162, 2.1.3.2.
fn root_of_inclusion(leaf: Hash, index: u64, size: u64, path: &[Hash]) -> Option<Hash> {
    let (mut fnode, mut snode, mut reached) = (index, size.checked_sub(1)?, leaf);
    if index >= size {
        return None;
    }
    for beside in path {
        if snode == 0 {
            return None;
        }
        if fnode % 2 == 1 || fnode == snode {
            reached = sha256(&[&[1], beside, &reached]);
            while fnode % 2 == 0 && fnode != 0 {
                (fnode, snode) = (fnode / 2, snode / 2);
            }
        } else {
            reached = sha256(&[&[1], &reached, beside]);
        }
        (fnode, snode) = (fnode / 2, snode / 2);
    }
    (snode == 0).then_some(reached)
}

/// RFC 9162, 2.1.4.2.
fn is_consistent(first: (u64, Hash), second: (u64, Hash), path: &[Hash]) -> bool {
    if first.0 == second.0 {
        return path.is_empty() && first.1 == second.1;
    }
    let mut path = path.to_vec();
    if first.0.is_power_of_two() {
        path.insert(0, first.1);
    }
    let (mut fnode, mut snode) = (first.0 - 1, second.0 - 1);
    while fnode % 2 == 1 {
        (fnode, snode) = (fnode / 2, snode / 2);
    }
    let Some((start, rest)) = path.split_first() else { return false };
    let (mut old, mut new) = (*start, *start);
    for beside in rest {
        if snode == 0 {
            return false;
        }
        if fnode % 2 == 1 || fnode == snode {
            old = sha256(&[&[1], beside, &old]);
            new = sha256(&[&[1], beside, &new]);
            while fnode % 2 == 0 && fnode != 0 {
                (fnode, snode) = (fnode / 2, snode / 2);
            }
        } else {
            new = sha256(&[&[1], &new, beside]);
        }
        (fnode, snode) = (fnode / 2, snode / 2);
    }
    old == first.1 && new == second.1 && snode == 0
}

#[test]
fn every_proof_of_every_tree_convinces_the_verifier_and_a_changed_one_does_not() {
    use server::signing::merkle::{Peaks, consistency, inclusion, root};
    let leaves: Vec<Hash> = (0..70_u8).map(|n| leaf_of(&n.to_string())).collect();
    let mut grown = Peaks::default();
    for size in 1..=leaves.len() {
        let tree = &leaves[..size];
        let path = grown.push(tree[size - 1]);
        assert_eq!(grown.root(), root(tree), "{size}: grown leaf by leaf or made at once");
        assert_eq!(Some(path), inclusion(tree, size - 1), "{size}: the path given out at the append");
        for index in 0..size {
            let path = inclusion(tree, index).unwrap();
            let (at, of) = (index as u64, size as u64);
            assert_eq!(root_of_inclusion(tree[index], at, of, &path), Some(root(tree)), "{index} in {size}");
            assert_eq!(server::signing::merkle::root_along(tree[index], at, of, &path), Some(root(tree)));
            assert_ne!(root_of_inclusion(leaf_of("another"), at, of, &path), Some(root(tree)));
        }
        for first in 1..=size {
            let path = consistency(tree, first).unwrap();
            let old = (first as u64, root(&tree[..first]));
            assert!(is_consistent(old, (size as u64, root(tree)), &path), "{first} to {size}");
            assert!(!is_consistent((old.0, leaf_of("another")), (size as u64, root(tree)), &path));
        }
        assert_eq!((inclusion(tree, size), consistency(tree, 0), consistency(tree, size + 1)), (None, None, None));
    }
}

async fn log(asker: &Actor, what: &str) -> String {
    asker.get(&format!("/api/v1/log/{what}")).await.expect_success().text()
}

async fn lock(cast: &Cast) -> Value {
    let approval = json!({ "acknowledge_missing": true });
    let lock = format!("/api/v1/meetings/{}/lock", cast.meeting.id);
    cast.chair.post_json(&lock, &approval).await.expect_success();
    let editions = cast.chair.get(&format!("/api/v1/meetings/{}/editions", cast.meeting.id)).await.json();
    let editions = editions.as_array().expect("a list of editions");
    editions.iter().find(|edition| edition["kind"] == "full").expect("the full edition").clone()
}

#[tokio::test]
async fn a_locked_record_is_in_the_log_and_its_copy_proves_it() {
    let cast = Cast::assemble().await;
    let stranger = &cast.stranger;
    let key = log(stranger, "key").await;
    let before = open_note(&log(stranger, "checkpoint").await, &key).expect("a signed note");
    let edition = lock(&cast).await;
    let note = log(stranger, "checkpoint").await;
    let after = open_note(&note, &key).expect("a signed note");
    assert_eq!(after.0, before.0 + 1);

    let file = cast.chair.get(edition["json"].as_str().unwrap()).await.expect_success().body.clone();
    let copy: Value = serde_json::from_slice(&file).unwrap();
    assert_eq!(copy["log"]["checkpoint"], note);
    let leaf = leaf_of(copy["edition"]["record"]["sha256"].as_str().unwrap());
    let index = copy["log"]["index"].as_u64().unwrap();
    assert_eq!(root_of_inclusion(leaf, index, after.0, &hashes(&copy["log"]["path"])), Some(after.1));

    let hex: String = leaf.iter().map(|byte| format!("{byte:02x}")).collect();
    let found: Value = serde_json::from_str(&log(stranger, &format!("leaves/{hex}")).await).unwrap();
    assert_eq!(root_of_inclusion(leaf, index, after.0, &hashes(&found["path"])), Some(after.1));
    stranger.get(&format!("/api/v1/log/leaves/{}", "0".repeat(64))).await.expect(404);
    if before.0 > 0 {
        let proof: Value =
            serde_json::from_str(&log(stranger, &format!("consistency?first={}", before.0)).await).unwrap();
        assert!(is_consistent(before, after, &hashes(&proof["path"])));
    }
    stranger.get(&format!("/api/v1/log/consistency?first={}", after.0 + 1)).await.expect(422);

    let page = stranger.post_bytes("/verify", "application/json", file).await.expect_success().text();
    for words in ["This copy is genuine", "the whole record, version 1", "In the log of records", "as number"] {
        assert!(page.contains(words), "{words} in {page}");
    }
    let pdf = cast.chair.get(edition["pdf"].as_str().unwrap()).await.expect_success().body.clone();
    let page = stranger.post_bytes("/verify", "application/pdf", pdf).await.expect_success().text();
    assert!(page.contains("the whole record, version 1") && page.contains("as number"), "{page}");
}

async fn check(server: &Accord) -> Output {
    let mut command = tokio::process::Command::new(program());
    command.args(["log", "check"]).env("ACCORD__STORAGE__KEYS", server.data().join("keys"));
    let url = format!("sqlite:{}", server.data().join("accord.db").display());
    command.env("ACCORD__STORAGE__URL", url).output().await.expect("the program runs")
}

#[tokio::test]
async fn a_log_that_was_touched_is_found() {
    let mut cast = Cast::assemble().await;
    lock(&cast).await;
    let whole = check(&cast.server).await;
    assert_eq!(whole.status.code(), Some(0), "{whole:?}");

    cast.server.stop().await;
    let database = cast.server.data().join("accord.db");
    let mut conn = SqliteConnection::establish(database.to_str().unwrap()).unwrap();
    let kept = "CREATE TABLE kept AS SELECT * FROM log_leaves";
    diesel::sql_query(kept).execute(&mut conn).unwrap();
    let last = "WHERE n = (SELECT max(n) FROM log_leaves)";
    for change in [
        format!("DELETE FROM log_leaves {last}"),
        format!("UPDATE log_leaves SET leaf_hash = '{}' {last}", "0".repeat(64)),
        format!("UPDATE log_leaves SET checkpoint = replace(checkpoint, '=', 'A') {last}"),
        format!("UPDATE log_leaves SET peaks = '{}' {last}", "0".repeat(64)),
        format!("UPDATE log_leaves SET added_at = added_at - 86400000 {last}"),
        format!("UPDATE log_leaves SET seal = substr(seal, 2) {last}"),
        format!("UPDATE log_leaves SET n = n + 1 {last}"),
    ] {
        diesel::sql_query(&change).execute(&mut conn).unwrap();
        let output = check(&cast.server).await;
        assert_eq!(output.status.code(), Some(1), "{change}: {output:?}");
        for again in ["DELETE FROM log_leaves", "INSERT INTO log_leaves SELECT * FROM kept"] {
            diesel::sql_query(again).execute(&mut conn).unwrap();
        }
    }
    assert_eq!(check(&cast.server).await.status.code(), Some(0), "put back");
    diesel::sql_query(format!("DELETE FROM log_leaves {last}")).execute(&mut conn).unwrap();
    drop(conn);
    cast.server.start_again().await;
    let ready = cast.stranger.get("/readyz").await;
    assert_eq!((ready.status, ready.json()["code"].as_str()), (503, Some("log_broken")), "{}", ready.text());
}

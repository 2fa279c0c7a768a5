//! Files put with a record, and how a child stands: who may add, read and say it, and what the signed copies hold of it.

use minutes::canonical::sha256_hex;
use reqwest::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use tests::http::{Actor, Answer};

use crate::cast::Cast;

const PICTURE: &[u8] = b"\x89PNG\r\n\x1a\nnot much of a picture";
const LETTER: &[u8] = b"Dear all, the boiler is mended.";

async fn add(by: &Actor, cast: &Cast, part: &str, title: &str, bytes: &[u8]) -> Answer {
    let mut body = Vec::new();
    for (name, value) in [("title", title.as_bytes()), ("part", part.as_bytes()), ("file", bytes)] {
        let file = if name == "file" { "; filename=\"secret name.bin\"" } else { "" };
        body.extend_from_slice(
            format!("--x\r\nContent-Disposition: form-data; name=\"{name}\"{file}\r\n\r\n").as_bytes(),
        );
        body.extend_from_slice(value);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(b"--x--\r\n");
    by.post_bytes(&files(cast), "multipart/form-data; boundary=x", body).await
}

fn files(cast: &Cast) -> String {
    format!("/meetings/{}/files", cast.meeting.id)
}

/// Addresses of the files that somebody is shown, in order.
async fn shown(who: &Actor, cast: &Cast) -> Vec<String> {
    let page = who.page(&files(cast)).await.expect(200).text();
    let start = format!("href=\"{}/", files(cast));
    page.split(&start)
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .map(|id| format!("{}/{id}", files(cast)))
        .collect()
}

fn header(answer: &Answer, name: reqwest::header::HeaderName) -> String {
    answer.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned()
}

#[tokio::test]
async fn a_file_is_read_by_the_readers_of_its_part_and_to_nobody_else_exists() {
    let cast = Cast::assemble().await;
    add(&cast.police, &cast, "main", "Lena's drawing", PICTURE).await.expect(303);
    add(&cast.police, &cast, "professionals", "Boiler letter", LETTER).await.expect(303);
    add(&cast.mother, &cast, "professionals", "A try", LETTER).await.expect(404);
    add(&cast.outsider, &cast, "main", "A try", LETTER).await.expect(404);
    let all = shown(&cast.police, &cast).await;
    assert_eq!((all.len(), shown(&cast.mother, &cast).await), (2, vec![all[0].clone()]));
    for (who, statuses) in [(&cast.chair, [200, 200]), (&cast.mother, [200, 404]), (&cast.outsider, [404, 404])] {
        for (path, status) in all.iter().zip(statuses) {
            who.page(path).await.expect(status);
        }
    }
    cast.stranger.page(&all[0]).await.expect(303);
    let answer = cast.mother.page(&all[0]).await;
    assert_eq!((answer.expect(200).body.as_slice(), header(&answer, CONTENT_TYPE).as_str()), (PICTURE, "image/png"));
    let disposition = header(&answer, CONTENT_DISPOSITION);
    assert!(
        disposition.starts_with("attachment; filename=\"file-") && disposition.ends_with(".png\""),
        "{disposition}"
    );
    assert!(header(&answer, CONTENT_SECURITY_POLICY).contains("sandbox"));
    assert!(header(&answer, CACHE_CONTROL).contains("no-store"));
    let page = cast.mother.page(&files(&cast)).await.expect(200).text();
    assert!(!page.contains("Boiler") && !page.contains("secret name"));
}

#[tokio::test]
async fn what_is_not_safe_is_refused_with_what_to_do_and_one_takes_off_ones_own() {
    let cast = Cast::assemble().await;
    let cases: &[(&str, &[u8], &str)] = &[
        ("", PICTURE, "Say what the file is"),
        ("Page", b"<html><script>x()</script>", "Only PDF files"),
        ("Program", b"MZ\x90\x00\x03", "Only PDF files"),
        ("Nothing", b"", "Choose a file"),
    ];
    for (title, bytes, words) in cases {
        let page = add(&cast.police, &cast, "main", title, bytes).await.expect(422).text();
        assert!(page.contains(words), "{title}");
        assert!(title.is_empty() || page.contains(&format!("value=\"{title}\"")), "{title} is typed once");
    }
    let large = vec![b'a'; 10 * 1024 * 1024 + 1];
    assert!(add(&cast.police, &cast, "main", "Large", &large).await.expect(422).text().contains("larger than 10 MB"));
    add(&cast.police, &cast, "main", "Drawing", PICTURE).await.expect(303);
    let path = format!("{}/remove", shown(&cast.police, &cast).await[0]);
    let here = cast.server.base_url().to_owned();
    cast.mother.form(&path, &here, &[]).await.expect(403);
    cast.police.form(&path, &here, &[]).await.expect(303);
    cast.police.form(&path, &here, &[]).await.expect(404);
    assert!(shown(&cast.chair, &cast).await.is_empty());
}

#[tokio::test]
async fn the_signed_copies_list_the_files_and_how_the_children_stand() {
    let cast = Cast::assemble().await;
    add(&cast.police, &cast, "main", "Lena's drawing", PICTURE).await.expect(303);
    add(&cast.police, &cast, "professionals", "Boiler letter", LETTER).await.expect(303);
    let child = &cast.server.demo().children[0].id;
    let status = format!("/meetings/{}/children/{child}/status", cast.meeting.id);
    let here = cast.server.base_url().to_owned();
    let dates = [("plan-day", "3"), ("plan-month", "5"), ("plan-year", "2026")];
    cast.police.form(&status, &here, &dates).await.expect(403);
    cast.mother.page(&status).await.expect(403);
    cast.outsider.page(&status).await.expect(404);
    let wrong = [("plan-day", "31"), ("plan-month", "2"), ("plan-year", "2026")];
    assert!(cast.chair.form(&status, &here, &wrong).await.expect(422).text().contains("Enter a date"));
    let future = [("closed-day", "1"), ("closed-month", "1"), ("closed-year", "2190")];
    cast.chair.form(&status, &here, &future).await.expect(422);
    cast.chair.form(&status, &here, &dates).await.expect(303);
    let live = cast.mother.page(&format!("/meetings/{}", cast.meeting.id)).await.expect(200).text();
    assert!(live.contains("Child protection plan since 3 May 2026"));

    let lock = format!("/api/v1/meetings/{}/lock", cast.meeting.id);
    let body = serde_json::json!({ "acknowledge_missing": true, "reason": "A trial." });
    let locked = cast.chair.post_json(&lock, &body).await.expect(200).json();
    for copy in locked.as_array().unwrap() {
        let text = cast.chair.get(copy["json"].as_str().unwrap()).await.expect(200).text();
        let (kind, holds) = (copy["kind"].as_str().unwrap(), |bytes: &[u8]| text.contains(&sha256_hex(bytes)));
        let expected = (kind != "plan_summary", kind == "full");
        assert_eq!((holds(PICTURE), holds(LETTER)), expected, "{kind}");
        assert!(text.contains("Child protection plan since 3 May 2026"), "{kind}");
    }
    // What is signed stays as it is: a form sent late leads to what became of the meeting.
    add(&cast.police, &cast, "main", "Late", LETTER).await.expect(303);
    assert_eq!(shown(&cast.police, &cast).await.len(), 2);
    let path = shown(&cast.police, &cast).await[0].clone();
    cast.police.form(&format!("{path}/remove"), &here, &[]).await.expect(303);
    cast.mother.page(&path).await.expect(200);
}

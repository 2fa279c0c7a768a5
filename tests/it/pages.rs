//! The pages: closed to those they are not for, kept by no cache, deaf to other sites; the family's link and code; the
//! lock with its password; checking a copy.

use reqwest::header::{CACHE_CONTROL, LOCATION, SET_COOKIE};
use serde_json::Value;
use tests::demo::Meeting;
use tests::http::{Actor, Answer};

use crate::cast::Cast;

const ELSEWHERE: &str = "https://elsewhere.example";

fn header(answer: &Answer, name: impl reqwest::header::AsHeaderName) -> String {
    answer.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned()
}

fn locked_meeting(cast: &Cast) -> Meeting {
    cast.server.demo().meetings.iter().find(|meeting| meeting.locked).expect("a locked meeting").clone()
}

/// Every page about a meeting or an agency, for the police officer's own agency.
fn personal_pages(cast: &Cast) -> Vec<String> {
    let agency = cast.police.person().agency_id.clone().expect("an agency");
    let (open, locked, child) = (&cast.meeting.id, locked_meeting(cast).id, &cast.server.demo().children[0].id);
    vec![
        format!("/meetings/{open}"),
        format!("/meetings/{open}/record"),
        format!("/meetings/{open}/review"),
        format!("/meetings/{open}/history"),
        format!("/meetings/{open}/people"),
        format!("/meetings/{locked}/people"),
        format!("/meetings/{locked}"),
        format!("/meetings/{locked}/record"),
        format!("/meetings/{locked}/history"),
        format!("/meetings/{locked}/plan"),
        format!("/meetings/{locked}/end-plan"),
        format!("/meetings/{open}/last-plan"),
        format!("/meetings/{open}/deadlines/record"),
        format!("/agencies/{agency}/case-records"),
        format!("/agencies/{agency}/case-records/{child}"),
    ]
}

#[tokio::test]
async fn pages_send_strangers_to_sign_in_and_do_not_exist_for_outsiders() {
    let cast = Cast::assemble().await;
    for path in personal_pages(&cast) {
        let answer = cast.stranger.page(&path).await;
        answer.expect(303);
        assert!(header(&answer, LOCATION).starts_with("/sign-in?next=%2F"), "{path}: {}", header(&answer, LOCATION));
        cast.outsider.page(&path).await.expect(404);
    }
    for path in ["/meetings", "/meetings/new", "/deadlines", "/plans"] {
        cast.stranger.page(path).await.expect(303);
    }
}

#[tokio::test]
async fn no_cache_keeps_a_page() {
    let cast = Cast::assemble().await;
    let mut paths = personal_pages(&cast);
    paths.extend(["/meetings", "/meetings/new", "/sign-in", "/copy/none", "/nowhere"].map(str::to_owned));
    for path in paths {
        let answer = cast.police.page(&path).await;
        assert!(header(&answer, CACHE_CONTROL).contains("no-store"), "{path} may be kept");
    }
}

#[tokio::test]
async fn forms_of_other_sites_change_nothing() {
    let cast = Cast::assemble().await;
    let meeting = format!("/meetings/{}", cast.meeting.id);
    let password = &cast.chair.person().password;
    let lock = [("confirm", "yes"), ("acknowledge", "yes"), ("password", password.as_str())];
    cast.chair.form(&format!("{meeting}/lock"), ELSEWHERE, &lock).await.expect(401);
    for path in ["/sign-in", "/sign-out", "/copy/none", "/verify"] {
        cast.stranger.form(path, ELSEWHERE, &[("email", "a@b.example"), ("password", "x")]).await.expect(400);
    }
    cast.chair.page(&format!("{meeting}/review")).await.expect(200);
}

#[tokio::test]
async fn the_lock_asks_for_the_password_and_for_what_is_missing() {
    let cast = Cast::assemble().await;
    let (meeting, here) = (format!("/meetings/{}", cast.meeting.id), cast.server.base_url().to_owned());
    let lock = format!("{meeting}/lock");
    let password = cast.chair.person().password.clone();
    cast.chair.form(&lock, &here, &[("password", password.as_str())]).await.expect(422);
    cast.chair.form(&lock, &here, &[("confirm", "yes")]).await.expect(422);
    let wrong = cast.chair.form(&lock, &here, &[("confirm", "yes"), ("acknowledge", "yes"), ("password", "no")]).await;
    assert!(wrong.expect(422).text().contains("The password is not right"));
    let all = [("confirm", "yes"), ("acknowledge", "yes"), ("password", password.as_str())];
    cast.police.form(&lock, &here, &all).await.expect(403);
    cast.mother.form(&lock, &here, &all).await.expect(403);
    cast.outsider.form(&lock, &here, &all).await.expect(404);
    cast.chair.page(&format!("{meeting}/review")).await.expect(200);

    cast.chair.form(&lock, &here, &all).await.expect(303);
    let page = cast.chair.page(&meeting).await;
    assert!(page.expect(200).text().contains("locked and signed"));
    // The second try, from another window, leads to what became of it.
    let again = cast.chair.form(&lock, &here, &all).await;
    again.expect(303);
    assert_eq!(header(&again, LOCATION), meeting);
}

#[tokio::test]
async fn only_those_who_run_the_meeting_see_codes_and_addresses() {
    let cast = Cast::assemble().await;
    let meeting = locked_meeting(&cast);
    let codes = codes(&cast, &meeting).await;
    assert!(!codes.is_empty());
    let page = format!("/meetings/{}", meeting.id);
    let chair = cast.chair.page(&page).await;
    for reader in [&cast.police, &cast.mother] {
        let theirs = reader.page(&page).await;
        for (person, code) in &codes {
            let spoken = format!("{} {}", &code[..4], &code[4..]);
            assert!(chair.expect(200).text().contains(&spoken), "the chair has no code for {person}");
            assert!(!theirs.expect(200).text().contains(&spoken), "{} sees a code", reader.person().name);
        }
    }
}

/// Person and code of each link.
async fn codes(cast: &Cast, meeting: &Meeting) -> Vec<(String, String)> {
    let answer = cast.chair.get(&format!("/api/v1/meetings/{}/deliveries", meeting.id)).await;
    let text = |value: &Value| value.as_str().expect("text").to_owned();
    let codes = answer.expect_success().json()["codes"].as_array().expect("codes").clone();
    codes.iter().map(|code| (text(&code["person"]), text(&code["code"]))).collect()
}

/// The path in the letter to this address. It is written a moment after the server is up.
async fn link(cast: &Cast, address: &str) -> String {
    let folder = cast.server.demo().mail_dir.clone();
    let letter = || {
        let files = std::fs::read_dir(&folder).ok()?.flatten();
        let letters = files.filter_map(|file| std::fs::read_to_string(file.path()).ok());
        let letter = letters.into_iter().find(|text| text.contains(&format!("To: {address}")))?.replace("=\r\n", "");
        let start = letter.find("/copy/")?;
        let rest = &letter[start..];
        Some(rest[..rest.find(['\r', '\n'])?].to_owned())
    };
    tests::wait::until("the letter", async || letter()).await
}

#[tokio::test]
async fn a_familys_copy_opens_with_its_code_and_the_pdf_with_it() {
    let cast = Cast::assemble().await;
    let (meeting, here) = (locked_meeting(&cast), cast.server.base_url().to_owned());
    let codes = codes(&cast, &meeting).await;
    let code = codes.iter().find(|(person, _)| person == cast.mother.id()).expect("the mother's code").1.clone();
    let link = link(&cast, &cast.mother.person().email).await;
    let pdf = format!("{link}/document.pdf");

    let asked = cast.stranger.page(&link).await;
    for word in [&meeting.title, "Northmoor", cast.mother.person().name.as_str()] {
        assert!(!asked.expect(200).text().contains(word), "the page says {word} before the code is right");
    }
    assert_eq!(header(&asked, "x-robots-tag"), "noindex, nofollow");
    cast.stranger.page(&pdf).await.expect(303);
    cast.stranger.form(&link, &here, &[("code", "12")]).await.expect(422);

    let opened = cast.stranger.form(&link, &here, &[("code", &code)]).await;
    assert!(opened.expect(200).text().contains(&meeting.title));
    let cookie = header(&opened, SET_COOKIE);
    for word in ["HttpOnly", "SameSite=Strict", &format!("Path={link}"), "Max-Age=1800"] {
        assert!(cookie.contains(word), "{word} is not in {cookie}");
    }
    let family = cast.stranger.with_cookie(cookie.split(';').next().expect("a cookie"));
    assert!(family.page(&link).await.expect(200).text().contains(&meeting.title));
    assert!(family.page(&pdf).await.expect(200).body.starts_with(b"%PDF-"));
    let forged = cast.stranger.with_cookie("accord_copy=9999999999999.AAAA");
    forged.page(&pdf).await.expect(303);
}

#[tokio::test]
async fn five_wrong_codes_close_a_link_even_to_the_right_one() {
    let cast = Cast::assemble().await;
    let (meeting, here) = (locked_meeting(&cast), cast.server.base_url().to_owned());
    let codes = codes(&cast, &meeting).await;
    let code = codes.iter().find(|(person, _)| person == cast.mother.id()).expect("the mother's code").1.clone();
    let wrong = if code == "00000000" { "00000001" } else { "00000000" };
    let link = link(&cast, &cast.mother.person().email).await;
    for _ in 0..4 {
        cast.stranger.form(&link, &here, &[("code", wrong)]).await.expect(403);
    }
    cast.stranger.form(&link, &here, &[("code", wrong)]).await.expect(410);
    cast.stranger.form(&link, &here, &[("code", &code)]).await.expect(410);
    cast.stranger.page("/copy/made-up").await.expect(404);
}

#[tokio::test]
async fn anybody_can_check_a_copy() {
    let cast = Cast::assemble().await;
    let editions = cast.chair.get(&format!("/api/v1/meetings/{}/editions", locked_meeting(&cast).id)).await.json();
    let address = |kind: &str| editions[0][kind].as_str().expect("an address").to_owned();
    let check = async |file: Vec<u8>| {
        let answer = cast.stranger.post_bytes("/verify", "application/octet-stream", file).await;
        answer.expect(200).text()
    };
    for kind in ["pdf", "json"] {
        let mut file = cast.chair.get(&address(kind)).await.body;
        assert!(check(file.clone()).await.contains("This copy is genuine"), "{kind}");
        let middle = file.len() / 2;
        file[middle] ^= 1;
        assert!(!check(file).await.contains("This copy is genuine"), "a changed {kind} is called genuine");
    }
    assert!(check(b"a shopping list".to_vec()).await.contains("Accord does not know this file"));
    cast.stranger.post_bytes("/verify", "application/pdf", Vec::new()).await.expect(422);
    cast.stranger.post_bytes("/verify", "application/pdf", vec![0; 26 * 1024 * 1024]).await.expect(413);
}

#[tokio::test]
async fn signing_in_and_out_in_a_browser() {
    let cast = Cast::assemble().await;
    let (here, person) = (cast.server.base_url().to_owned(), cast.police.person().clone());
    let credentials = |next| [("email", person.email.clone()), ("password", person.password.clone()), ("next", next)];
    let sign_in = async |next: &str| {
        let fields = credentials(next.to_owned());
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        cast.stranger.form("/sign-in", &here, &fields).await
    };
    let wrong = [("email", person.email.as_str()), ("password", "wrong")];
    cast.stranger.form("/sign-in", &here, &wrong).await.expect(401);
    assert_eq!(header(&sign_in("//evil.example").await, LOCATION), "/meetings");
    let answer = sign_in("/meetings/new").await;
    assert_eq!(header(answer.expect(303), LOCATION), "/meetings/new");
    let cookie = header(&answer, SET_COOKIE);
    let browser: Actor = cast.stranger.with_cookie(cookie.split(';').next().expect("a cookie"));
    browser.page("/meetings").await.expect(200);
    browser.form("/sign-out", &here, &[]).await.expect(303);
    let after = browser.page("/meetings").await;
    assert!(header(after.expect(303), LOCATION).contains("notice=expired"));
}

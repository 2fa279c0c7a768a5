//! The stock automerge-repo client works unchanged, beside ours.

use tests::stock_client::{self, Task};
use tests::writing::{Entry, add_entry};

use crate::cast::Cast;

#[tokio::test]
async fn the_stock_client_and_ours_edit_one_record() {
    let cast = Cast::assemble().await;
    let document = cast.main_document().to_owned();
    let mut chair = cast.chair.join(&cast.meeting).await;
    chair.open(&document).await.unwrap();
    let entry = Entry::fact(cast.chair.id(), "Written by the chair.");
    chair.edit(&document, |record| add_entry(record, &entry)).await.unwrap();

    let url = cast.police.ticket(&cast.meeting).await;
    let task = Task {
        url: &url,
        document: &document,
        section: "since_last_met",
        by: cast.police.id(),
        writes: "Written by somebody else's software.",
        expects: "Written by the chair.",
    };
    let (theirs, ours) = tokio::join!(
        stock_client::run(&task),
        chair.wait_until(&document, "the stock client's words", |record| record.to_string().contains(task.writes))
    );
    ours.unwrap();
    assert_eq!(theirs["sections"]["since_last_met"], chair.record(&document)["sections"]["since_last_met"]);
}

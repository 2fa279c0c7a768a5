//! A meeting's own address: where it is written while it is open, the signed copies once it is locked.

use actix_web::{HttpResponse, web};

use super::{live, locked};
use crate::http::identity::Seated;
use crate::http::problem::Problem;
use crate::workflow::App;

pub async fn show(app: web::Data<App>, at: Seated) -> Result<HttpResponse, Problem> {
    if at.0.is_locked() { locked::show(&app, &at.0).await } else { live::show(&app, &at.0).await }
}

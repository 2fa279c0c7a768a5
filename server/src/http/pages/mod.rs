//! The pages people see: handlers fill a view and answer with it. Who may see one stands in its signature, in the same
//! extractors the API has; what those refuse, [`answer`] turns into a page.

mod answer;
mod case_records;
mod child_status;
mod copy;
mod create;
mod files;
mod form;
mod frames;
mod history;
mod live;
mod locked;
mod meeting;
mod meetings;
mod people;
mod record;
mod review;
mod session;
mod verify;
pub mod views;

use actix_web::HttpResponse;
use actix_web::middleware::from_fn;
use actix_web::web::{self, PayloadConfig, ServiceConfig};

/// The longest form: a meeting with every person of a large directory in it.
const MAX_FORM: usize = 512 * 1024;

/// Last of all routes: an address nobody else knows ends here.
pub fn routes(config: &mut ServiceConfig) {
    config.service(
        web::scope("")
            .wrap(from_fn(answer::as_page))
            .app_data(PayloadConfig::new(MAX_FORM))
            .route("/", web::get().to(home))
            .route("/sign-in", web::get().to(session::ask))
            .route("/sign-in", web::post().to(session::sign_in))
            .route("/sign-out", web::post().to(session::sign_out))
            .route("/meetings", web::get().to(meetings::list))
            .route("/meetings/new", web::get().to(create::ask))
            .route("/meetings/new", web::post().to(create::create))
            .route("/meetings/{meeting}", web::get().to(meeting::show))
            .route("/meetings/{meeting}/record", web::get().to(record::show))
            .route("/meetings/{meeting}/history", web::get().to(history::show))
            .route("/meetings/{meeting}/people", web::get().to(people::list))
            .route("/meetings/{meeting}/people/{person}/role", web::get().to(people::ask_role))
            .route("/meetings/{meeting}/people/{person}/role", web::post().to(people::change_role))
            .route("/meetings/{meeting}/people/{person}/withdraw", web::get().to(people::ask_withdrawal))
            .route("/meetings/{meeting}/people/{person}/withdraw", web::post().to(people::withdraw))
            .route("/meetings/{meeting}/files", web::get().to(files::list))
            .route("/meetings/{meeting}/files", web::post().to(files::add))
            .route("/meetings/{meeting}/files/{file}", web::get().to(files::download))
            .route("/meetings/{meeting}/files/{file}/remove", web::post().to(files::remove))
            .route("/meetings/{meeting}/children/{child}/status", web::get().to(child_status::ask))
            .route("/meetings/{meeting}/children/{child}/status", web::post().to(child_status::set))
            .route("/meetings/{meeting}/review", web::get().to(review::show))
            .route("/meetings/{meeting}/lock", web::get().to(review::back))
            .route("/meetings/{meeting}/lock", web::post().to(review::lock))
            .route("/meetings/{meeting}/deliveries/{delivery}/handed-over", web::post().to(locked::handed_over))
            .route("/agencies/{agency}/case-records", web::get().to(case_records::list))
            .route("/agencies/{agency}/case-records/{child}", web::get().to(case_records::show))
            .route("/copy/{token}", web::get().to(copy::show))
            .route("/copy/{token}", web::post().to(copy::open))
            .route("/copy/{token}/document.pdf", web::get().to(copy::pdf))
            .route("/verify", web::get().to(verify::ask))
            .route("/verify", web::post().to(verify::check))
            .default_service(web::route().to(answer::nothing)),
    );
}

async fn home() -> HttpResponse {
    answer::see_other("/meetings")
}

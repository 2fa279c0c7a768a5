//! The pages people see: handlers fill a view and answer with it. Who may see one stands in its signature, in the same
//! extractors the API has; what those refuse, [`answer`] turns into a page.

mod answer;
mod before;
mod case_records;
mod child_status;
mod copy;
mod create;
mod deadlines;
mod files;
mod form;
mod frames;
mod history;
mod live;
mod locked;
mod meeting;
mod meetings;
mod people;
mod plan;
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
            .configure(before_the_meeting)
            .route("/meetings/{meeting}/review", web::get().to(review::show))
            .route("/meetings/{meeting}/lock", web::get().to(review::back))
            .route("/meetings/{meeting}/lock", web::post().to(review::lock))
            .route("/meetings/{meeting}/deliveries/{delivery}/handed-over", web::post().to(locked::handed_over))
            .route("/meetings/{meeting}/last-plan", web::get().to(plan::last))
            .route("/meetings/{meeting}/last-plan", web::post().to(plan::judge_last))
            .route("/meetings/{meeting}/plan", web::get().to(plan::own))
            .route("/meetings/{meeting}/plan", web::post().to(plan::judge_own))
            .route("/meetings/{meeting}/end-plan", web::get().to(plan::end::show))
            .route("/meetings/{meeting}/end-plan", web::post().to(plan::end::ask))
            .route("/plans", web::get().to(plan::end::list))
            .route("/plans/{end}", web::get().to(plan::end::one))
            .route("/plans/{end}", web::post().to(plan::end::answer))
            .route("/deadlines", web::get().to(deadlines::board))
            .route("/meetings/{meeting}/deadlines/{clock}", web::get().to(deadlines::one::show))
            .route("/meetings/{meeting}/deadlines/{clock}", web::post().to(deadlines::one::say))
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

fn before_the_meeting(config: &mut ServiceConfig) {
    config
        .route("/meetings/{meeting}/before", web::get().to(before::show))
        .route("/meetings/{meeting}/before/meeting.ics", web::get().to(before::calendar))
        .route("/meetings/{meeting}/before/answer", web::post().to(before::answer_invitation))
        .route("/meetings/{meeting}/before/needs", web::post().to(before::tell_needs))
        .route("/meetings/{meeting}/before/invitations", web::post().to(before::send_invitations))
        .route("/meetings/{meeting}/before/invite", web::get().to(before::ask_invitation))
        .route("/meetings/{meeting}/before/invite", web::post().to(before::invite))
        .route("/meetings/{meeting}/before/agenda", web::post().to(before::propose))
        .route("/meetings/{meeting}/before/agenda/{item}", web::post().to(before::rule_item))
        .route("/meetings/{meeting}/before/requests", web::post().to(before::ask_private))
        .route("/meetings/{meeting}/before/requests/{request}", web::post().to(before::rule_request))
        .route("/meetings/{meeting}/before/reports", web::post().to(before::request_report))
        .route("/meetings/{meeting}/before/reports/{report}", web::post().to(before::give_report))
        .route("/meetings/{meeting}/before/reports/{report}/sharing", web::post().to(before::log_sharing));
}

async fn home() -> HttpResponse {
    answer::see_other("/meetings")
}

//! `accord demo`: a made-up partnership on this machine, ready to be looked at. Nobody in it exists.

mod people;
mod record;
mod seed;
mod sheet;

use std::path::PathBuf;

use crate::clock::Clock;
use crate::config::Config;
use crate::start;

#[derive(clap::Args)]
pub struct Options {
    /// Address to listen on; port 0 takes a free one.
    #[arg(long, default_value = "127.0.0.1:8080")]
    listen: String,
    /// Folder for the database, keys and mails.
    #[arg(long, default_value = "accord-demo")]
    data: PathBuf,
    /// Write the address, people and meetings to this file, for programs.
    #[arg(long)]
    json: Option<PathBuf>,
}

/// How long ago the finished meeting was, and the installation began.
const FOUR_WEEKS: i64 = 28 * 24 * 60 * 60 * 1000;

#[allow(clippy::print_stdout)] // a command line speaks on its output
pub async fn run(options: Options) -> Result<(), Box<dyn std::error::Error>> {
    let config = config(&options)?;
    let clock = Clock::default();
    let is_new = !options.data.join("ready").exists();
    if is_new {
        println!("Making up a partnership in {} …", options.data.display());
        if options.data.join("accord.db").exists() {
            return Err(format!(
                "{} holds a partnership that was not finished, or something else. Remove it, or name another --data.",
                options.data.display()
            )
            .into());
        }
        // The finished meeting was four weeks ago: its dates, seal and letters are to say so.
        clock.turn(-FOUR_WEEKS);
    }
    let app = start::build(&config, clock.clone()).await?;
    if is_new {
        seed::people(&app).await?;
        seed::finished_meeting(&app).await?;
        clock.turn(FOUR_WEEKS);
        seed::meeting_under_way(&app).await?;
        std::fs::write(options.data.join("ready"), "")?;
    }
    let running = start::start(&config, app.clone())?;
    let sheet = sheet::sheet(&app, &running.base_url, &options.data).await?;
    if let Some(path) = &options.json {
        // Written aside and renamed: whoever waits for the file finds it whole.
        let aside = path.with_extension("tmp");
        std::fs::write(&aside, serde_json::to_vec_pretty(&sheet)?)?;
        std::fs::rename(&aside, path)?;
    }
    println!("{}", sheet::in_words(&sheet));
    Ok(running.serve().await?)
}

fn config(options: &Options) -> Result<Config, Box<dyn std::error::Error>> {
    let data = std::path::absolute(&options.data)?;
    let mut config = Config::defaults()?;
    // Whoever writes rule packs can look at them here, before real people meet by them.
    config.rules = Config::load()?.rules;
    config.server.listen.clone_from(&options.listen);
    config.server.partnership = people::PARTNERSHIP.to_owned();
    config.storage.url = format!("sqlite:{}", data.join("accord.db").display());
    config.storage.keys = data.join("keys");
    config.mail.directory = data.join("mail");
    config.mail.from = "Records <records@northmoor.example>".to_owned();
    Ok(config)
}

use std::path::PathBuf;
use std::time::Duration;
use minutes::edition::Edition;

pub struct Typesetter { pub worker: PathBuf, pub fonts: PathBuf, pub timeout: Duration }
#[derive(Debug, thiserror::Error)]
pub enum RenderError {
    #[error("x")]
    UnprintableCharacter { field: String },
    #[error("y")]
    TooLarge { field: String },
    #[error("z")]
    Worker,
}
impl Typesetter {
    pub async fn pdf(&self, _edition: &Edition, _attachment: Option<&[u8]>) -> Result<Vec<u8>, RenderError> { Err(RenderError::Worker) }
}

//! TLS: the certificate and the key, which are read again when their files change.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, SystemTime};

use rustls::ServerConfig;
use rustls::crypto::ring;
use rustls::pki_types::pem::{self, PemObject as _};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

/// The time between two checks whether the files have changed.
const CHECK: Duration = Duration::from_secs(1);

/// The files of a certificate and its key, in PEM form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TlsFiles {
    /// The certificate, followed by those of the authorities that issued it.
    pub certificate: PathBuf,
    /// The private key of the certificate.
    pub key: PathBuf,
}

/// An error of a certificate or its key.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A file can't be read, or has no PEM section of the expected kind.
    #[error("can't read {}: {cause}", path.display())]
    File {
        /// The path of the file.
        path: PathBuf,
        /// The cause.
        #[source]
        cause: pem::Error,
    },
    /// The certificate and the key can't be used together.
    #[error("can't use the certificate {} with the key {}: {cause}", files.certificate.display(), files.key.display())]
    Pair {
        /// The files.
        files: TlsFiles,
        /// The cause.
        #[source]
        cause: rustls::Error,
    },
}

/// The current certificate of a server.
pub(crate) struct Tls {
    files: TlsFiles,
    current: RwLock<Arc<ServerConfig>>,
}

/// The times at which two files were written, and their lengths.
type Versions = [Option<(SystemTime, u64)>; 2];

impl Tls {
    /// Reads a certificate and its key. Blocks.
    ///
    /// # Errors
    /// [`TlsError`].
    pub(crate) fn load(files: TlsFiles) -> Result<Self, TlsError> {
        let current = RwLock::new(Arc::new(read(&files)?));
        Ok(Self { files, current })
    }

    pub(crate) fn config(&self) -> Arc<ServerConfig> {
        Arc::clone(&self.current.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Reads the files again whenever they change. Files that can't be used leave the current
    /// certificate in use. Never returns.
    pub(crate) async fn follow(&self) {
        let mut versions = self.versions();
        loop {
            tokio::time::sleep(CHECK).await;
            let now = self.versions();
            if now == versions {
                continue;
            }
            versions = now;
            let files = self.files.clone();
            match tokio::task::spawn_blocking(move || read(&files)).await {
                Ok(Ok(config)) => {
                    *self.current.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(config);
                    tracing::info!("the certificate was read again");
                }
                Ok(Err(error)) => tracing::warn!(%error, "the changed certificate can't be used"),
                Err(cause) => tracing::error!(%cause, "the certificate could not be read"),
            }
        }
    }

    fn versions(&self) -> Versions {
        [&self.files.certificate, &self.files.key].map(|path| version(path).ok())
    }
}

fn version(path: &Path) -> io::Result<(SystemTime, u64)> {
    let file = std::fs::metadata(path)?;
    Ok((file.modified()?, file.len()))
}

fn read(files: &TlsFiles) -> Result<ServerConfig, TlsError> {
    let unreadable = |path: &Path| {
        let path = path.to_owned();
        move |cause| TlsError::File { path, cause }
    };
    let certificates = CertificateDer::pem_file_iter(&files.certificate)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .and_then(|found| {
            if found.is_empty() {
                Err(pem::Error::NoItemsFound)
            } else {
                Ok(found)
            }
        })
        .map_err(unreadable(&files.certificate))?;
    let key = PrivateKeyDer::from_pem_file(&files.key).map_err(unreadable(&files.key))?;
    ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .and_then(|builder| builder.with_no_client_auth().with_single_cert(certificates, key))
        .map_err(|cause| TlsError::Pair {
            files: files.clone(),
            cause,
        })
}

//! TLS by rustls with the ring provider, which is passed explicitly so that no process-wide default
//! is needed.

use std::sync::{Arc, LazyLock};

use rustls::crypto::ring;
use rustls::pki_types::CertificateDer;
use rustls::{ClientConfig, RootCertStore};

/// The root certificates that the HTTP client trusts.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Roots {
    /// No certificates, for plain HTTP to this machine, where loading certificates would waste
    /// time.
    None,
    /// The system's certificates, or those of `SSL_CERT_FILE` and `SSL_CERT_DIR`. If there are
    /// none, as in a minimal container, the built-in Mozilla certificates are used.
    System,
}

/// The trusted root certificates of the system, loaded once for all clients of the process.
static SYSTEM: LazyLock<Arc<RootCertStore>> =
    LazyLock::new(|| Arc::new(trusted(rustls_native_certs::load_native_certs().certs)));

/// Returns a store of trusted root certificates: the given ones, or the built-in ones if none of
/// these is readable.
fn trusted(certificates: Vec<CertificateDer<'static>>) -> RootCertStore {
    let mut store = RootCertStore::empty();
    let (readable, unreadable) = store.add_parsable_certificates(certificates);
    if readable == 0 {
        tracing::debug!(unreadable, "no certificates on this system; using the built-in ones");
        store.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
    }
    store
}

pub(crate) fn client_config(roots: Roots) -> Result<ClientConfig, rustls::Error> {
    let store = match roots {
        Roots::None => Arc::new(RootCertStore::empty()),
        Roots::System => Arc::clone(&SYSTEM),
    };
    let mut config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_root_certificates(store)
        .with_no_client_auth();
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(config)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn missing_system_certificates_fall_back_to_built_in_roots() {
        assert_eq!(trusted(Vec::new()).len(), webpki_roots::TLS_SERVER_ROOTS.len());
        assert_eq!(
            trusted(vec![CertificateDer::from(&b"no certificate"[..])]).len(),
            webpki_roots::TLS_SERVER_ROOTS.len()
        );
        assert!(webpki_roots::TLS_SERVER_ROOTS.len() > 50);
    }

    #[test]
    fn tls_offers_http2_and_http1() {
        for roots in [Roots::None, Roots::System] {
            assert_eq!(
                client_config(roots).unwrap().alpn_protocols,
                [b"h2".to_vec(), b"http/1.1".to_vec()]
            );
        }
    }
}

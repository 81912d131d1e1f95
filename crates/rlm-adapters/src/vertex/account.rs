//! Google service accounts: a signed JWT is exchanged for an access token, which is valid for an
//! hour.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rlm_model::{ModelError, ModelErrorKind};
use rustls::SignatureScheme;
use rustls::crypto::ring;
use rustls::pki_types::PrivateKeyDer;
use rustls::pki_types::pem::PemObject as _;
use rustls::sign::SigningKey;
use secrecy::zeroize::Zeroizing;
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::sync::Mutex;
use tokio::time::Instant;

use crate::provider::text_of;
use crate::transport::{ApiKey, BaseUrl, BaseUrlError, HttpRequest, Secrets, Timeouts, Transport, one_line};

/// The OAuth scope of the access tokens.
const SCOPE: &str = "https://www.googleapis.com/auth/cloud-platform";
/// The lifetime of a signed JWT, and the maximum lifetime of an access token.
const LIFETIME: Duration = Duration::from_secs(3_600);
/// The time before a token's expiry from which the token is not used any more.
const MARGIN: Duration = Duration::from_secs(60);

/// A Google service account, whose private key authorizes requests for access tokens. The key is
/// never shown.
///
/// ```
/// use rlm_adapters::{ServiceAccount, ServiceAccountError};
///
/// let file = serde_json::json!({
///     "client_email": "runs@shop.iam.gserviceaccount.com",
///     "private_key": std::fs::read_to_string("tests/it/fixtures/test-service-account.pem")?,
///     "project_id": "shop",
///     "token_uri": "https://oauth2.googleapis.com/token",
/// });
/// let account = ServiceAccount::from_json(&file.to_string())?;
/// assert_eq!(account.project(), Some("shop"));
/// assert!(!format!("{account:?}").contains("PRIVATE KEY"));
/// assert!(matches!(ServiceAccount::from_json("{}"), Err(ServiceAccountError::Shape)));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct ServiceAccount {
    email: String,
    key_id: String,
    project: Option<String>,
    token_uri: BaseUrl,
    key: Arc<dyn SigningKey>,
    transport: Transport,
    token: Mutex<Option<Token>>,
}

struct Token {
    key: ApiKey,
    until: Instant,
}

impl fmt::Debug for ServiceAccount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ServiceAccount")
            .field("email", &self.email)
            .finish_non_exhaustive()
    }
}

/// The error for an invalid service account. The message does not show the private key.
#[derive(Debug, thiserror::Error)]
pub enum ServiceAccountError {
    /// The file of the service account can't be read.
    #[error("can't read the service account file {}: {cause}", path.display())]
    Read {
        /// The path of the service account's file.
        path: PathBuf,
        /// The I/O error of reading the file.
        cause: std::io::Error,
    },
    /// The file does not contain a service account.
    #[error("invalid service account file: expected a JSON object with client_email, private_key and token_uri")]
    Shape,
    /// The private key of the service account is invalid.
    #[error("invalid private_key in the service account: expected an RSA key in PEM")]
    Key,
    /// The URL of the token endpoint is invalid.
    #[error("invalid token_uri in the service account: {cause}")]
    TokenUri {
        /// The error of parsing the URL.
        cause: BaseUrlError,
    },
    /// The URL of the token endpoint is not HTTPS, so that the signed JWT would not be encrypted.
    #[error("the service account's token_uri is not https, so its requests would not be encrypted")]
    Open,
}

#[derive(Deserialize)]
struct File {
    client_email: String,
    private_key: String,
    #[serde(default)]
    private_key_id: String,
    token_uri: String,
    project_id: Option<String>,
}

impl ServiceAccount {
    /// Loads a service account from its file, as provided by Google.
    ///
    /// # Errors
    /// [`ServiceAccountError`] if the file can't be read or its content is invalid.
    pub fn load(path: &Path) -> Result<Self, ServiceAccountError> {
        let json = std::fs::read_to_string(path).map_err(|cause| ServiceAccountError::Read {
            path: path.to_owned(),
            cause,
        })?;
        Self::from_json(&Zeroizing::new(json))
    }

    /// Parses a service account from the content of its file.
    ///
    /// # Errors
    /// [`ServiceAccountError`] if the content is invalid.
    pub fn from_json(json: &str) -> Result<Self, ServiceAccountError> {
        // The error of serde may contain a part of the key.
        let file: File = serde_json::from_str(json).map_err(|_| ServiceAccountError::Shape)?;
        let pem = Zeroizing::new(file.private_key);
        let key = PrivateKeyDer::from_pem_slice(pem.as_bytes());
        let key = key.map_err(|_| ServiceAccountError::Key)?;
        let key = ring::default_provider().key_provider.load_private_key(key);
        let key = key.map_err(|_| ServiceAccountError::Key)?;
        if key.choose_scheme(&[SignatureScheme::RSA_PKCS1_SHA256]).is_none() {
            return Err(ServiceAccountError::Key);
        }
        let token_uri: BaseUrl = file
            .token_uri
            .parse()
            .map_err(|cause| ServiceAccountError::TokenUri { cause })?;
        if !token_uri.is_https() && !token_uri.is_loopback() {
            return Err(ServiceAccountError::Open);
        }
        let timeouts = Timeouts {
            first_byte: Duration::from_secs(30),
            total: Duration::from_secs(60),
            ..Timeouts::default()
        };
        Ok(Self {
            email: file.client_email,
            key_id: file.private_key_id,
            project: file.project_id,
            transport: Transport::new(token_uri.clone(), timeouts),
            token_uri,
            key,
            token: Mutex::new(None),
        })
    }

    /// Returns the Google Cloud project of the service account, if its file contains one.
    #[must_use]
    pub fn project(&self) -> Option<&str> {
        self.project.as_deref()
    }

    /// Returns a valid access token: the cached one, or a new one. Concurrent calls share a
    /// request.
    pub(crate) async fn token(&self) -> Result<ApiKey, ModelError> {
        let mut token = self.token.lock().await;
        if let Some(token) = token.as_ref().filter(|token| Instant::now() < token.until) {
            return Ok(token.key.clone());
        }
        let new = self.new_token().await?;
        let key = new.key.clone();
        *token = Some(new);
        Ok(key)
    }

    /// Drops the cached access token if it is `refused`, a token that the server rejected.
    pub(crate) async fn forget(&self, refused: &ApiKey) {
        let mut token = self.token.lock().await;
        if token.as_ref().is_some_and(|token| token.key.is_same(refused)) {
            *token = None;
        }
    }

    async fn new_token(&self) -> Result<Token, ModelError> {
        let statement = self.statement(SystemTime::now())?;
        let asked = Instant::now();
        // A JWT needs no escaping in a form.
        let form = format!("grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion={statement}");
        let request = HttpRequest {
            path: String::new(),
            content_type: "application/x-www-form-urlencoded",
            headers: Vec::new(),
            body: form.into_bytes(),
        };
        let mut secrets = Secrets::default();
        if let Ok(statement) = ApiKey::new(&statement.into()) {
            secrets.add(statement);
        }
        let exchanged = async { self.transport.post(request).await?.whole().await };
        let http = exchanged.await.map_err(|error| secrets.scrub_error(error))?;
        let body: Value = serde_json::from_slice(&http.body).unwrap_or_default();
        let token = text_of(&body, "access_token").and_then(|token| ApiKey::new(&token.to_owned().into()).ok());
        let (200, Some(key)) = (http.status, token) else {
            return Err(secrets.scrub_error(self.refused(http.status, &body)));
        };
        let lifetime = body
            .get("expires_in")
            .and_then(Value::as_u64)
            .map_or(LIFETIME, Duration::from_secs);
        Ok(Token {
            key,
            until: asked + lifetime.min(LIFETIME).saturating_sub(MARGIN),
        })
    }

    fn refused(&self, status: u16, body: &Value) -> ModelError {
        let said = text_of(body, "error_description").or_else(|| text_of(body, "error"));
        let said = one_line(said.unwrap_or("(no message)"), 200);
        let message = format!("{} sent no token for {} ({status}): {said}", self.token_uri, self.email);
        let kind = match status {
            429 => ModelErrorKind::RateLimited,
            500.. => ModelErrorKind::Server,
            200 => ModelErrorKind::MalformedReply,
            _ => ModelErrorKind::Unauthorized,
        };
        ModelError {
            status: Some(status),
            ..ModelError::new(kind, message)
        }
        .with_hint("check that the account's key is still valid and that this machine's clock is right")
    }

    /// Returns the signed JWT (RFC 7519) that requests an access token, in Google's format.
    fn statement(&self, now: SystemTime) -> Result<String, ModelError> {
        let now = now.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_secs();
        let header = json!({"alg": "RS256", "typ": "JWT", "kid": self.key_id});
        let claims = json!({
            "iss": self.email,
            "scope": SCOPE,
            "aud": self.token_uri.to_string(),
            "iat": now,
            "exp": now.saturating_add(LIFETIME.as_secs()),
        });
        let encode = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let content = format!("{}.{}", encode(&header), encode(&claims));
        let signer = self.key.choose_scheme(&[SignatureScheme::RSA_PKCS1_SHA256]);
        let signature = signer.and_then(|signer| signer.sign(content.as_bytes()).ok());
        let signature = signature.ok_or_else(|| {
            ModelError::new(
                ModelErrorKind::Unauthorized,
                "can't sign with the service account's key",
            )
        })?;
        Ok(format!("{content}.{}", URL_SAFE_NO_PAD.encode(signature)))
    }
}

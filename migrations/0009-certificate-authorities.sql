-- The authorities that sign certificates for a cluster (CertificateSigningRequests); several while one takes over from
-- another. The newest that has its key signs, all are trusted. Made when a cluster first needs one.
-- key_id: base64url of the SHA-256 of the public key. certificate: DER in base64; private_key: PKCS #8 in base64, sealed with the key of the tenant.
create table certificate_authorities (
  cluster_id text collate "C" not null references clusters on delete cascade,
  key_id text collate "C" not null,
  certificate text not null,
  private_key text,
  created_at timestamptz not null default now(),
  primary key (cluster_id, key_id)
);

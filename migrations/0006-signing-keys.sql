-- The keys that sign the tokens of a cluster's ServiceAccounts; several while one takes over from another. The newest signs,
-- all verify. Made when a cluster first needs one.
-- key_id: base64url of the SHA-256 of the public key, as upstream. Keys are DER in base64: SPKI and PKCS #8.
-- A key without its private half only verifies.
create table signing_keys (
  cluster_id text collate "C" not null references clusters on delete cascade,
  key_id text collate "C" not null,
  public_key text not null,
  private_key text,
  created_at timestamptz not null default now(),
  primary key (cluster_id, key_id)
);

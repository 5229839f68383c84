import { findAuthorities, signingAuthority, type AuthorityStore } from '../authn/authority-records.ts';
import type { Authority } from '../authn/x509.ts';
import type { Clock } from '../lib/clock.ts';
import type { CertificateWish, SignedCertificate } from '../machinery/certificates.ts';
import type { ClusterCertificates } from '../server/certificates/cluster-certificates.ts';

/** The authority of one cluster, from the database. Its key stays in memory and in here. */
export class DatabaseCertificates implements ClusterCertificates {
  readonly #store: AuthorityStore;
  readonly #clock: Clock;
  #authority: Authority | undefined;

  constructor({ clock, ...store }: AuthorityStore & { clock: Clock }) {
    this.#store = store;
    this.#clock = clock;
  }

  async sign(wish: CertificateWish): Promise<SignedCertificate> {
    const { readAuthority, signCertificate } = await import('../authn/x509.ts');
    this.#authority ??= await readAuthority(await signingAuthority(this.#store, this.#clock.now()));
    return signCertificate(this.#authority, wish, this.#clock.now());
  }

  async authorities(): Promise<string> {
    const { orm, cluster } = this.#store;
    const known = await findAuthorities(orm, cluster);
    if (known) return known;
    await signingAuthority(this.#store, this.#clock.now());
    return (await findAuthorities(orm, cluster)) ?? '';
  }
}

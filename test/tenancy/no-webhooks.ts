const unused = () => Promise.reject(new Error('no webhooks are used here'));

/** The part of `ManagementOptions.clusters` that webhooks and hooks need, for tests that have nothing to do with them. */
export const noWebhooks = { ask: unused, askAs: unused, deliver: unused, replay: unused };

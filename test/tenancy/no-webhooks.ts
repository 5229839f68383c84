const unused = () => Promise.reject(new Error('no webhooks are used here'));

/** The part of `ManagementOptions.clusters` that webhooks need, for tests that have nothing to do with them. */
export const noWebhooks = { ask: unused, deliver: unused, replay: unused };

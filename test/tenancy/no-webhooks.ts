const unused = () => Promise.reject(new Error('no webhooks are used here'));

/** The part of `ManagementOptions.clusters` that webhooks, hooks and restores need, for tests that have nothing to do with them. */
export const noWebhooks = { ask: unused, askAs: unused, deliver: unused, replay: unused, planRestore: unused, restore: unused };

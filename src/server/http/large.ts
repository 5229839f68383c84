/** On answers that are worth compressing: for the Worker, which takes it off. It does not get to see how long an answer is. */
export const largeHeader = 'hibernetes-large';

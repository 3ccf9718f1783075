/** The name is put together here, so that nothing of it is loaded before it is measured. */
export default (name) => async () => {
  await import(name);
};

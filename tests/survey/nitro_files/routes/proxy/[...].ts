export default lazyEventHandler(async () => proxy);

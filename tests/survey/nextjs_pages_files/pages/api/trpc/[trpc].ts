export default createNextApiHandler({ router: appRouter });

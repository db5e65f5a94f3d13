export const OPTIONS = cors;
export const POST = withAuth(async () => {});

export default defineNitroPlugin(() => {});

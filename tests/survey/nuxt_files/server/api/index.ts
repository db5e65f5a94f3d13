export default defineCachedEventHandler(() => ({}), { maxAge: 60 });

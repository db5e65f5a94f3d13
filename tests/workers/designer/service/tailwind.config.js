module.exports = {
  content: ["./src/**/*.tsx"],
  theme: {
    extend: {
      colors: { accent: "#7a3e9d", surface: { DEFAULT: "#f8f9fb", raised: "#ffffff" } },
      maxWidth: { reading: "38rem" },
    },
  },
};

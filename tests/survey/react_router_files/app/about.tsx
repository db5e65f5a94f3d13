export default function About() {}

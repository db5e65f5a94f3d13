export default function client() {}

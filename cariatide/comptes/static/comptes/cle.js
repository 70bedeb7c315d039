// Security keys: the page's form asks the browser for the key, then sends its answer.
(function () {
  "use strict";

  function toBytes(texte) {
    const base64 = texte.replace(/-/g, "+").replace(/_/g, "/");
    return Uint8Array.from(atob(base64), (lettre) => lettre.charCodeAt(0));
  }

  function toText(octets) {
    const lettres = Array.from(new Uint8Array(octets), (o) => String.fromCharCode(o));
    return btoa(lettres.join("")).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  }

  function readOptions(brutes) {
    const options = { ...brutes, challenge: toBytes(brutes.challenge) };
    const withBytes = (cle) => ({ ...cle, id: toBytes(cle.id) });
    if (brutes.user) options.user = withBytes(brutes.user);
    for (const nom of ["excludeCredentials", "allowCredentials"]) {
      if (brutes[nom]) options[nom] = brutes[nom].map(withBytes);
    }
    return options;
  }

  function writeAnswer(cle) {
    const reponse = {};
    const noms = ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"];
    for (const nom of noms) {
      if (cle.response[nom]) reponse[nom] = toText(cle.response[nom]);
    }
    return JSON.stringify({
      id: cle.id,
      rawId: toText(cle.rawId),
      type: cle.type,
      response: reponse,
      clientExtensionResults: cle.getClientExtensionResults(),
    });
  }

  async function ask(form) {
    const creer = form.dataset.cle === "creer";
    const brutes = JSON.parse(form.dataset.options);
    const publicKey = readOptions((brutes.creation_options || brutes.request_options).publicKey);
    const cle = creer
      ? await navigator.credentials.create({ publicKey })
      : await navigator.credentials.get({ publicKey });
    form.querySelector("[data-reponse]").value = writeAnswer(cle);
    form.submit();
  }

  for (const form of document.querySelectorAll("form[data-cle]")) {
    form.querySelector("[data-pret]").disabled = false;
    form.addEventListener("submit", (evenement) => {
      evenement.preventDefault();
      ask(form).catch(() => {
        form.querySelector("[data-etat]").textContent =
          "La clé n’a pas répondu, ou ce navigateur ne sait pas l’employer. Recommencez, ou choisissez un code.";
      });
    });
  }
})();

#include "transfer/demo_language.hpp"

namespace parley::transfer::demo {

const std::string_view french_texts = R"texts(
language fr|/en|35
place Paris|France
place Lyon|France
place Grenoble|France
place Chamonix-Mont-Blanc|France
place Bruxelles|Belgium
place Genève|Switzerland
place Québec|Canada
products tente Vidda 2|veste Skare|chaussures Rimfrost|sac à dos Fjällbris 45|sac de couchage Snödriva|réchaud Glöd|sous-vêtement Lav|pantalon de pluie Duggregn|doudoune Isrosen|lampe frontale Polstjärna
colors noir|vert mousse|bleu marine|rouge rouille|jaune|gris
first Camille|Léa|François|Jérôme|Noémie|Hélène|Benoît|Inès|Loïc
last Lefèvre|Moreau|Dubois|Gérard|Benali|Garçon|d'Almeida
price {count}9,90 €

greet Bonjour {name}, {agent} à votre service. Comment puis-je vous aider ?
greet Bonjour et bienvenue chez Norrsken Outdoor !
wait Un instant, je vérifie.
transfer Je vous mets en relation avec {other}.
take_over Bonjour, ici {agent}. J’ai lu votre échange.
thank Merci beaucoup !
thank Parfait, merci {agent}. Bonne journée 🌲
bye Avec plaisir, bonne journée à vous !
nudge Bonjour ? Il y a quelqu’un ?
leave Vous pouvez m’écrire à {email}.
late Bonjour, nous étions fermés hier soir ; voici la réponse.

# delivery
open Bonjour, où en est ma commande {order} ?
ask Pouvez-vous me confirmer votre adresse e-mail ?|Oui : {email}
answer Votre colis {tracking} sera livré au plus tard le {date}.
open Livrez-vous en Belgique ?
ask Quel article souhaitez-vous ?|L’article « {product} », en {color}.
answer Oui, en {count} jours ouvrés.
more Puis-je changer l’adresse ?|Oui, tant que le colis n’est pas parti.

# returns
open Je voudrais renvoyer l’article « {product} ».
ask L’article est-il neuf, avec l’étiquette ?|Oui, juste essayé.
ask Quel est le numéro de commande ?|{order}
answer L’étiquette de retour part à {email}.
open Où est le remboursement de {order} ?
ask Quel jour l’avez-vous renvoyé ?|Le {date}.
answer Le remboursement de {price} arrivera avant le {date}.
more Le retour est-il gratuit ?|L’échange, oui ; pour un remboursement nous retenons 4,90 €.

# size
open L’article « {product} » taille-t-il petit ? Je fais du {size}.
ask Faut-il la place pour une couche chaude dessous ?|Oui, c’est pour l’hiver.
ask Plutôt ample ou près du corps ?|Plutôt près du corps.
answer Alors je vous conseille le {size}.
more Est-ce en stock ?|Oui, il en reste {count} en {color}.

# billing
open Mon code promo « ÉTÉ20 » ne marche pas.
ask Quel article est dans votre panier ?|L’article « {product} ».
answer J’ai appliqué la remise à la main : le total est de {price}.
open J’ai été débité deux fois pour {order}.
ask Avez-vous payé par carte ?|Oui, le {date}.
answer L’une des opérations n’est qu’une réserve, elle disparaîtra sous peu.
more Puis-je avoir une facture ?|Elle vient de partir à {email}.
)texts";

}  // namespace parley::transfer::demo

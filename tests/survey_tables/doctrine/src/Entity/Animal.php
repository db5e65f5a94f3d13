<?php

namespace App\Entity;

use Doctrine\ORM\Mapping as ORM;

#[ORM\Entity]
#[ORM\InheritanceType('SINGLE_TABLE')]
#[ORM\DiscriminatorColumn(name: 'kind', type: 'string', length: 20)]
abstract class Animal
{
    #[ORM\Id, ORM\Column]
    private int $id;

    #[ORM\ManyToOne(targetEntity: Person::class)]
    private $owner;
}

#[ORM\Entity]
class Dog extends Animal
{
    #[ORM\Column]
    private bool $barks;
}

#[ORM\Entity]
#[ORM\InheritanceType('JOINED')]
class Document
{
    #[ORM\Id]
    #[ORM\Column]
    private int $id;
}

#[ORM\Entity]
class SignedDocument extends Document
{
    #[ORM\Column(type: 'blob')]
    private $signature;
}
